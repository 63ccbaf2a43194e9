//! What is assumed of serving models on machines of one's own.

use super::Reader;
use crate::inputs::hardware::Commitment;
use crate::units::UsdEstimate;

/// What self-hosting costs and delivers.
#[derive(Debug, Clone, PartialEq)]
pub struct SelfHosting {
    /// How machines are rented.
    pub commitment: Commitment,
    /// People.
    pub staff: Staff,
    /// What machines that are owned cost beside their price.
    pub owned: Owning,
    /// Share of the measured throughput that production reaches.
    pub efficiency: f64,
    /// How full a replica is planned at most.
    pub max_utilisation: f64,
    /// Share of the logged cache reads that a cache of one's own has.
    pub own_cache_share: f64,
    /// What users are promised.
    pub service: Promise,
    /// Share of calls that have to be run twice.
    pub failed_share: f64,
    /// Dollars a GPU and year for software.
    pub licences_gpu_year: f64,
    /// Seconds until a machine serves.
    pub cold_start: f64,
    /// Share of the work that is done again on spot machines.
    pub spot_restart: f64,
    /// Whether calls that find no replica free go to their best other offer; otherwise they wait.
    pub overflow: bool,
    /// How far caches of an API are cold for what overflows.
    pub overflow_cold: f64,
    /// The user's own host; `None`: nothing was said.
    pub own_host: Option<String>,
    /// What the future is taken to be, for payback.
    pub outlook: Outlook,
    /// What throughput rests on where nothing was measured.
    pub roofline: Roofline,
    /// One person's device.
    pub device: DeviceUse,
}

/// People who run it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staff {
    /// Engineers for the first endpoint.
    pub fte: f64,
    /// Engineers for each further eight GPUs.
    pub fte_per_8_gpus: f64,
    /// What one of them costs a year.
    pub salary_year: UsdEstimate,
    /// Engineer-weeks before the first call.
    pub setup_weeks: f64,
    /// Changes of the model a year.
    pub model_changes_year: f64,
    /// Engineer-days for each of them.
    pub requalify_days: f64,
}

/// Weeks of a year that somebody works, and days of a week.
const WORKING: (f64, f64) = (46.0, 5.0);

impl Staff {
    /// Dollars a month for those who run so many GPUs.
    pub fn month(&self, gpus: f64) -> UsdEstimate {
        let further = ((gpus - 8.0).max(0.0) / 8.0).ceil();
        self.salary_year * ((self.fte + self.fte_per_8_gpus * further) / 12.0)
    }

    /// Dollars before the first call.
    pub fn setup(&self) -> UsdEstimate {
        self.salary_year * (self.setup_weeks / WORKING.0)
    }

    /// Dollars a month for qualifying new models.
    pub fn requalification_month(&self) -> UsdEstimate {
        let days = self.model_changes_year * self.requalify_days;
        self.salary_year * (days / WORKING.1 / WORKING.0 / 12.0)
    }
}

/// Machines that are owned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Owning {
    /// Years of use.
    pub life_years: f64,
    /// Share of the price that they are sold for.
    pub salvage: f64,
    /// Interest a year.
    pub cost_of_capital: f64,
    /// Share of the price a year.
    pub maintenance: f64,
    /// Share of the price for network and storage.
    pub network_storage: f64,
    /// Power drawn for that of the machine.
    pub pue: f64,
    /// Dollars a kilowatt-hour.
    pub kwh: f64,
    /// Dollars a kilowatt and month for the place.
    pub colocation_kw_month: f64,
    /// How often a machine works.
    pub availability: f64,
    /// Probability that those which are needed work.
    pub availability_target: f64,
}

/// What users are promised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// Seconds to the first token.
    pub first_token: f64,
    /// Seconds for an output token.
    pub per_token: f64,
    /// Share of the calls that may wait longer for the first.
    pub late_share: f64,
}

/// What the future is taken to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// By how much the price of the same quality falls a year.
    pub price_fall_year: f64,
    /// Share by which the volume grows a month.
    pub growth_month: f64,
    /// Months that present values look ahead.
    pub horizon_months: f64,
}

/// What throughput from first principles rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roofline {
    /// Share of the memory bandwidth.
    pub bandwidth_used: f64,
    /// The same of a device on somebody's desk, with a dense model and with a mixture of experts.
    pub device_bandwidth_used: (f64, f64),
    /// Shares of the dense operations in 16, 8 and 4 bits.
    pub flops_used: [f64; 3],
    /// Seconds of a step that no model makes shorter.
    pub step: f64,
    /// Seconds to start an exchange over a direct link.
    pub link_latency: f64,
    /// The same over the bus of the host.
    pub bus_latency: f64,
    /// Rows of tokens that each expert of a mixture costs beside its own.
    pub expert_rows: f64,
    /// By how much each further expert of a token lengthens its way through the weights.
    pub routing: f64,
    /// Share of the memory that an engine takes.
    pub memory_used: f64,
    /// Bytes a GPU that are neither weights nor keys and values.
    pub reserve: f64,
    /// Calls that a replica works on at once.
    pub most_at_once: f64,
    /// Standard deviation of the logarithm of what is predicted over what is measured.
    pub error: f64,
    /// The same where measurements correct it.
    pub error_measured: f64,
}

/// One person's device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeviceUse {
    /// Share of the memory that a model may take.
    pub memory_used: f64,
    /// Dollars a kilowatt-hour.
    pub kwh: f64,
    /// Dollars an hour of somebody who waits.
    pub waiting_hour: f64,
    /// Share of the calls that somebody waits for.
    pub attended: f64,
    /// Output tokens a second elsewhere.
    pub cloud_tok_s: f64,
}

impl Reader<'_> {
    pub(super) fn self_hosting(&mut self) -> SelfHosting {
        let commitment_word = self.text("self_hosting.commitment");
        let commitment = Commitment::from_word(&commitment_word);
        if commitment.is_none() {
            self.wrong("self_hosting.commitment", "must be on_demand, spot, 1y, 3y or owned");
        }
        let own_host = self.text("fleet.own_host");
        let overflow = self.boolean("fleet.overflow");
        let mut share = |key: &str| self.within(key, 0.0, 1.0);
        let (salvage, cost_of_capital, maintenance) =
            (share("ownership.salvage"), share("ownership.cost_of_capital"), share("ownership.maintenance"));
        let (network_storage, failed_share, overflow_cold) =
            (share("ownership.network_storage"), share("fleet.failed_share"), share("fleet.overflow_cold"));
        let own_cache_share = share("self_hosting.own_cache_share");
        let mut number = |key: &str, least: f64, most: f64| self.within(key, least, most);
        SelfHosting {
            commitment: commitment.unwrap_or(Commitment::OnDemand),
            staff: Staff {
                fte: number("self_hosting.staff_fte", 0.0, 1_000.0),
                fte_per_8_gpus: number("self_hosting.staff_fte_per_8_gpus", 0.0, 100.0),
                salary_year: UsdEstimate(number("self_hosting.salary_usd_year", 0.0, 1e7)),
                setup_weeks: number("self_hosting.setup_weeks", 0.0, 1_000.0),
                model_changes_year: number("self_hosting.model_changes_year", 0.0, 100.0),
                requalify_days: number("self_hosting.requalify_days", 0.0, 1_000.0),
            },
            owned: Owning {
                life_years: number("ownership.life_years", 0.5, 20.0),
                salvage,
                cost_of_capital,
                maintenance,
                network_storage,
                pue: number("ownership.pue", 1.0, 5.0),
                kwh: number("ownership.kwh_usd", 0.0, 10.0),
                colocation_kw_month: number("ownership.colocation_usd_kw_month", 0.0, 1e5),
                availability: number("fleet.availability", 0.5, 1.0),
                availability_target: number("fleet.availability_target", 0.5, 0.999_999),
            },
            efficiency: number("self_hosting.efficiency", 0.01, 1.0),
            max_utilisation: number("self_hosting.max_utilisation", 0.01, 1.0),
            own_cache_share,
            service: Promise {
                first_token: number("fleet.ttft_seconds", 0.001, 1e6),
                per_token: number("fleet.tpot_seconds", 0.000_1, 1e3),
                late_share: number("fleet.late_share", 0.000_001, 0.5),
            },
            failed_share,
            licences_gpu_year: number("ownership.licences_usd_gpu_year", 0.0, 1e6),
            cold_start: number("fleet.cold_start_seconds", 0.0, 86_400.0),
            spot_restart: number("fleet.spot_restart", 0.0, 10.0),
            overflow,
            overflow_cold,
            own_host: (own_host != "any").then_some(own_host),
            outlook: Outlook {
                price_fall_year: number("outlook.price_fall_year", 0.01, 1_000.0),
                growth_month: number("outlook.growth_month", -0.5, 1.0),
                horizon_months: number("outlook.horizon_months", 1.0, 240.0),
            },
            roofline: self.roofline(),
            device: self.device(),
        }
    }

    fn roofline(&mut self) -> Roofline {
        let mut device = |key: &str| self.within(key, 0.01, 1.0);
        let device_bandwidth_used =
            (device("device.bandwidth_used"), device("device.bandwidth_used_mixture"));
        let mut number =
            |key: &str, least: f64, most: f64| self.within(&format!("roofline.{key}"), least, most);
        Roofline {
            bandwidth_used: number("bandwidth_used", 0.01, 1.0),
            device_bandwidth_used,
            flops_used: ["flops_used_16", "flops_used_8", "flops_used_4"].map(|key| number(key, 0.01, 1.0)),
            step: number("step_ms", 0.0, 1_000.0) / 1e3,
            link_latency: number("link_latency_us", 0.0, 1e5) / 1e6,
            bus_latency: number("bus_latency_us", 0.0, 1e5) / 1e6,
            expert_rows: number("expert_rows", 0.0, 10_000.0),
            routing: number("routing", 0.0, 10.0),
            memory_used: number("memory_used", 0.1, 1.0),
            reserve: number("reserve_gb", 0.0, 1_000.0) * 1e9,
            most_at_once: number("most_at_once", 1.0, 1e5),
            error: number("error", 0.001, 3.0),
            error_measured: number("error_measured", 0.001, 3.0),
        }
    }

    fn device(&mut self) -> DeviceUse {
        let mut number =
            |key: &str, least: f64, most: f64| self.within(&format!("device.{key}"), least, most);
        DeviceUse {
            memory_used: number("memory_used", 0.1, 1.0),
            kwh: number("kwh_usd", 0.0, 10.0),
            waiting_hour: number("waiting_usd_hour", 0.0, 1e5),
            attended: number("attended", 0.0, 1.0),
            cloud_tok_s: number("cloud_tok_s", 0.1, 1e6),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_grow_slowly_with_gpus() {
        let staff = Staff {
            fte: 0.5,
            fte_per_8_gpus: 0.1,
            salary_year: UsdEstimate(250_000.0),
            setup_weeks: 4.0,
            model_changes_year: 2.0,
            requalify_days: 1.5,
        };
        for (gpus, month) in [(1.0, 125_000.0), (8.0, 125_000.0), (9.0, 150_000.0), (24.0, 175_000.0)] {
            assert!((staff.month(gpus).0 * 12.0 - month).abs() < 1e-6, "{gpus}");
        }
        // Four of 46 weeks; three days a year.
        assert!((staff.setup().0 - 21_739.130_434).abs() < 1e-3);
        assert!((staff.requalification_month().0 * 12.0 - 250_000.0 * 3.0 / 230.0).abs() < 1e-6);
    }
}
