//! What an hour of capacity costs: owned, rented, switched off when idle.

/// Hours of a year, as prices a year are divided.
pub const HOURS_A_YEAR: f64 = 8_760.0;
/// Seconds of an hour.
const SECONDS: f64 = 3_600.0;

/// Share of a price that is paid each year, so that it is paid back with interest after so many: `r/(1 − (1 + r)^−n)`.
pub fn capital_recovery(interest: f64, years: f64) -> f64 {
    if interest.abs() < 1e-12 { 1.0 / years } else { interest / (1.0 - (1.0 + interest).powf(-years)) }
}

/// A machine that is bought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Owned {
    /// Dollars.
    pub price: f64,
    /// Years until it is sold.
    pub years: f64,
    /// Interest a year.
    pub interest: f64,
    /// Share of the price that it is then sold for.
    pub salvage: f64,
    /// Maintenance a year, as a share of the price.
    pub maintenance: f64,
    /// Kilowatts.
    pub kilowatts: f64,
    /// Power of the building for that of the machine.
    pub pue: f64,
    /// Dollars a kilowatt-hour.
    pub kilowatt_hour: f64,
    /// Dollars a month for its place.
    pub colocation_month: f64,
}

/// What it costs an hour, in its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnedHour {
    /// Price and interest, less what it is sold for.
    pub capital: f64,
    /// Maintenance.
    pub maintenance: f64,
    /// Power.
    pub power: f64,
    /// Its place.
    pub colocation: f64,
}

impl Owned {
    /// Dollars an hour.
    pub fn hour(&self) -> OwnedHour {
        let recovery = capital_recovery(self.interest, self.years);
        let capital = self.price * recovery - self.salvage * self.price * (recovery - self.interest);
        OwnedHour {
            capital: capital / HOURS_A_YEAR,
            maintenance: self.maintenance * self.price / HOURS_A_YEAR,
            power: self.kilowatts * self.pue * self.kilowatt_hour,
            colocation: self.colocation_month * 12.0 / HOURS_A_YEAR,
        }
    }
}

impl OwnedHour {
    /// The sum.
    pub fn total(&self) -> f64 {
        self.capital + self.maintenance + self.power + self.colocation
    }
}

/// Dollars an hour of people.
pub fn staff_hour(people: f64, a_year: f64) -> f64 {
    people * a_year / HOURS_A_YEAR
}

/// Dollars a million output tokens at dollars an hour and tokens a second.
pub fn per_million(hour: f64, tokens_a_second: f64) -> f64 {
    hour / (tokens_a_second * SECONDS) * 1e6
}

/// A way to have capacity: dollars an hour in any case, and dollars an hour of use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screened {
    /// Dollars an hour.
    pub fixed: f64,
    /// Dollars for a full hour of use.
    pub used: f64,
}

impl Screened {
    /// Dollars an hour at a utilisation.
    pub fn at(&self, utilisation: f64) -> f64 {
        self.fixed + self.used * utilisation
    }

    /// The utilisation from which on it is cheaper than another one that is cheaper when idle.
    pub fn cheaper_from(&self, other: &Self) -> Option<f64> {
        let (more, less) = (self.fixed - other.fixed, other.used - self.used);
        (more > 0.0 && less > 0.0).then(|| more / less)
    }
}

/// A replica that is switched off when no call has come for a while; calls come at random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaledToZero {
    /// Share of the time that it is on.
    pub on: f64,
    /// Share of the calls that find it off.
    pub cold: f64,
}

impl ScaledToZero {
    /// At so many calls an hour, switched off after so many idle hours, with so many hours to start.
    pub fn of(calls_an_hour: f64, idle: f64, start: f64) -> Self {
        let cold = (-calls_an_hour * idle).exp();
        Self { on: (1.0 - cold + calls_an_hour * cold * start).min(1.0), cold }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    #[test]
    fn capital_is_paid_back_with_interest() {
        near(capital_recovery(0.1, 4.0), 0.3154708037);
        near(capital_recovery(0.0, 5.0), 0.2);
    }

    #[test]
    fn a_server_in_its_parts() {
        let lenovo = Owned {
            price: 277_897.75,
            years: 5.0,
            interest: 0.0,
            salvage: 0.0,
            maintenance: 0.12,
            kilowatts: 9.7,
            pue: 1.0,
            kilowatt_hour: 0.3,
            colocation_month: 1_520.83,
        };
        let hour = lenovo.hour();
        near(hour.capital, 6.344697489);
        near(hour.maintenance, 3.806818493);
        near(hour.power, 2.91);
        near(hour.colocation, 2.083328767);
        near(hour.total(), 15.14484475);
        let b200 = Owned {
            price: 338_495.75,
            years: 4.0,
            interest: 0.1,
            salvage: 0.15,
            maintenance: 0.05,
            kilowatts: 14.3,
            pue: 1.54,
            kilowatt_hour: 0.085,
            colocation_month: 2_500.0,
        };
        near(b200.hour().capital, 10.9412253);
        near(b200.hour().total(), 18.1698062);
        near(b200.hour().total() / 8.0, 2.271225775);
        near(staff_hour(0.5, 250_000.0), 14.26940639);
    }

    #[test]
    fn dollars_a_million_tokens() {
        near(per_million(6.98, 9_271.1), 0.2091325613);
        near(per_million(6.98, 256.0), 7.573784722);
        near(per_million(12.08, 30_576.0), 0.1097447526);
    }

    #[test]
    fn ways_to_have_capacity_cross_where_use_pays_for_owning() {
        let owned = Screened { fixed: 1.95, used: 0.0 };
        let reserved = Screened { fixed: 2.35, used: 0.0 };
        let on_demand = Screened { fixed: 0.0, used: 3.49 };
        near(on_demand.at(0.7), 2.443);
        near(owned.at(0.9), 1.95);
        near(owned.cheaper_from(&on_demand).expect("it crosses"), 1.95 / 3.49);
        near(reserved.cheaper_from(&on_demand).expect("it crosses"), 2.35 / 3.49);
        assert_eq!(on_demand.cheaper_from(&owned), None);
        // Both cost something in either case: half a dollar more an hour for two dollars less of a full one.
        let (bought, rented) = (Screened { fixed: 1.5, used: 1.0 }, Screened { fixed: 1.0, used: 3.0 });
        let crossing = bought.cheaper_from(&rented).expect("it crosses");
        near(crossing, 0.25);
        near(bought.at(crossing), rented.at(crossing));
    }

    #[test]
    fn what_is_no_dearer_idle_or_no_cheaper_used_crosses_nowhere() {
        let way = Screened { fixed: 1.0, used: 3.0 };
        for (fixed, used) in [(1.0, 2.0), (2.0, 3.0), (1.0, 3.0), (0.5, 2.0), (2.0, 4.0)] {
            assert_eq!(Screened { fixed, used }.cheaper_from(&way), None, "{fixed} {used}");
        }
    }

    #[test]
    fn what_is_switched_off_when_idle() {
        let scaled = ScaledToZero::of(6.0, 0.25, 0.05);
        near(scaled.on, 0.8438088879);
        near(scaled.on * 2.69, 2.269845908);
        near(scaled.cold, 0.2231301601);
    }
}
