//! What replicas cost a month, in every way that they can be had, and what calculators forget.

use crate::engine::hosting::ownership::{Owned, OwnedHour};
use crate::inputs::hardware::{Bought, Commitment, Machine};
use crate::inputs::scenario::SelfHosting;
use crate::simulation::world::World;
use crate::units::HOURS_PER_MONTH;

/// A way to have replicas of a deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// How they are paid for.
    pub commitment: Commitment,
    /// Dollars an hour of one replica.
    pub hour: f64,
    /// GPUs of one replica.
    pub gpus: f64,
    /// Replicas come by so many at once: a server holds several.
    pub together: u32,
    /// What is bought, where something is.
    pub bought: Option<Purchase>,
    /// Where the price is from.
    pub source: String,
}

/// A machine that is bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Purchase {
    /// Dollars of one replica, network and storage included.
    pub price: f64,
    /// What a replica costs an hour, in parts.
    pub hour: OwnedHour,
}

/// Dollars a month of a fleet, by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MonthlyCost {
    /// Rent; or price, interest and resale of what is bought.
    pub capacity: f64,
    /// Repairs and support.
    pub maintenance: f64,
    /// Power, with cooling.
    pub power: f64,
    /// A place.
    pub colocation: f64,
    /// Software.
    pub licences: f64,
    /// People who run it, on call included.
    pub staff: f64,
    /// Work before the first call, spread over the horizon.
    pub setup: f64,
    /// New models qualified.
    pub requalification: f64,
}

impl MonthlyCost {
    /// The parts with their names.
    pub const fn parts(&self) -> [(&'static str, f64); 8] {
        [
            ("capacity", self.capacity),
            ("maintenance", self.maintenance),
            ("power and cooling", self.power),
            ("colocation", self.colocation),
            ("software licences", self.licences),
            ("staff, on call included", self.staff),
            ("setup, over the horizon", self.setup),
            ("new models qualified", self.requalification),
        ]
    }

    /// The sum.
    pub fn total(&self) -> f64 {
        self.parts().iter().map(|(_, dollars)| dollars).sum()
    }

    /// What people cost of it.
    pub const fn people(&self) -> f64 {
        self.staff + self.setup + self.requalification
    }
}

impl Way {
    /// Replicas that are paid for so many that are needed.
    pub fn paid(&self, replicas: u32) -> u32 {
        replicas.div_ceil(self.together) * self.together
    }

    /// What so many replicas cost a month; none cost nothing.
    pub fn month(&self, replicas: u32, assumed: &SelfHosting) -> MonthlyCost {
        if replicas == 0 {
            return MonthlyCost::default();
        }
        let paid = f64::from(self.paid(replicas));
        let hours = HOURS_PER_MONTH.0 * paid;
        let gpus = paid * self.gpus;
        let staff = &assumed.staff;
        let people = MonthlyCost {
            licences: assumed.licences_gpu_year * gpus / 12.0,
            staff: staff.month(gpus).0,
            setup: staff.setup().0 / assumed.outlook.horizon_months,
            requalification: staff.requalification_month().0,
            ..MonthlyCost::default()
        };
        match &self.bought {
            None => MonthlyCost { capacity: self.hour * hours, ..people },
            Some(Purchase { hour, .. }) => MonthlyCost {
                capacity: hour.capital * hours,
                maintenance: hour.maintenance * hours,
                power: hour.power * hours,
                colocation: hour.colocation * hours,
                ..people
            },
        }
    }
}

/// The ways to have replicas of so many machines each, those with a price.
pub fn ways(world: &World, machine: &Machine, count: u32) -> Vec<Way> {
    let assumed = &world.scenario.self_hosting;
    let gpus = f64::from(count);
    let rents = machine.rent.iter().filter_map(|rent| {
        Some(Way {
            commitment: rent.commitment,
            hour: rent.hourly()?.0 * gpus,
            gpus,
            together: 1,
            bought: None,
            source: rent.source.clone(),
        })
    });
    let mut ways: Vec<Way> = rents.collect();
    if let Some(bought) = world.hardware.bought(machine) {
        ways.push(owned(&bought, count, assumed));
    }
    ways
}

fn owned(bought: &Bought, count: u32, assumed: &SelfHosting) -> Way {
    let (gpus, terms) = (f64::from(count), &assumed.owned);
    // Network and storage come with servers, and are not sold again.
    let network = if bought.server { terms.network_storage } else { 0.0 };
    let machine = Owned {
        price: bought.price.0 * gpus,
        years: terms.life_years,
        interest: terms.cost_of_capital,
        salvage: terms.salvage,
        maintenance: terms.maintenance,
        kilowatts: bought.kilowatts * gpus,
        pue: terms.pue,
        kilowatt_hour: terms.kwh,
        colocation_month: terms.colocation_kw_month * bought.kilowatts * gpus,
    };
    let around = Owned {
        price: machine.price * network,
        salvage: 0.0,
        kilowatts: 0.0,
        colocation_month: 0.0,
        ..machine
    };
    let (own, beside) = (machine.hour(), around.hour());
    let hour = OwnedHour {
        capital: own.capital + beside.capital,
        maintenance: own.maintenance + beside.maintenance,
        ..own
    };
    Way {
        commitment: Commitment::Owned,
        hour: hour.total(),
        gpus,
        together: (bought.together / count.max(1)).max(1),
        bought: Some(Purchase { price: machine.price * (1.0 + network), hour }),
        source: bought.source.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::UsdEstimate;

    #[test]
    fn a_server_is_bought_whole_and_costs_what_its_parts_do() {
        let registry = crate::inputs::scenario::Registry::default_scenario().expect("a valid default");
        let scenario = crate::inputs::scenario::Scenario::resolve(&registry).expect("valid values");
        let assumed = &scenario.self_hosting;
        let bought = Bought {
            price: UsdEstimate(338_495.75 / 8.0),
            kilowatts: 1.8,
            together: 8,
            server: true,
            source: "a test".to_owned(),
        };
        let way = owned(&bought, 2, assumed);
        assert_eq!((way.together, way.paid(1), way.paid(5)), (4, 4, 8));
        // Eight B200 for a year at 10 %, four years, 15 % salvage: the worked example is 18.17 an hour, with 5 % maintenance, 14.4
        // kW at a PUE of 1.54 and 0.12, and 1,500 a month; here colocation is by the kilowatt, and a tenth more for the network.
        let hours = HOURS_PER_MONTH.0;
        let month = way.month(1, assumed);
        let recovery = 0.315_470_803_7;
        let capital = 338_495.75 * (recovery - 0.15 * (recovery - 0.1) + 0.1 * recovery) / 8_760.0;
        assert!((month.capacity / hours / capital - 1.0).abs() < 1e-9);
        assert!((month.power / hours - 14.4 * 1.54 * 0.12).abs() < 1e-9);
        assert!((month.colocation / hours - 14.4 * 150.0 * 12.0 / 8_760.0).abs() < 1e-9);
        assert!((month.maintenance / hours - 1.1 * 0.05 * 338_495.75 / 8_760.0).abs() < 1e-9);
        assert!((month.staff - 0.5 * 250_000.0 / 12.0).abs() < 1e-6);
        assert_eq!(way.month(0, assumed), MonthlyCost::default());
    }
}
