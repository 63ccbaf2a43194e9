//! Published break-evens computed again from their inputs.

use crate::engine::hosting::ownership::{per_million, staff_hour};
use crate::inputs::published::{Api, Figure, Formula, Gpu, Model, Study, Terms};

/// A figure beside its recomputation.
#[derive(Debug, Clone, PartialEq)]
pub struct Reproduced {
    /// What it is of.
    pub case: String,
    /// Its unit.
    pub unit: String,
    /// As published.
    pub published: f64,
    /// Computed again; `None`: it never pays.
    pub recomputed: Option<f64>,
    /// Whether it lies within the tolerance.
    pub follows: bool,
    /// What explains it where it does not.
    pub explained: Option<String>,
}

/// What changes when something is said that was not: how many figures, and the median of what they become.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// What is said.
    pub what: String,
    /// The median of the figures as recomputed.
    pub before: Option<f64>,
    /// The median with it; `None`: half of them or more never pay.
    pub after: Option<f64>,
    /// Figures that never pay then.
    pub never: usize,
    /// Figures.
    pub of: usize,
}

/// A table computed again.
#[derive(Debug, Clone, PartialEq)]
pub struct Reproduction {
    /// The figures.
    pub figures: Vec<Reproduced>,
    /// What changes with what was not said.
    pub changed: Vec<Changed>,
}

/// Computes a table again.
pub fn reproduce(study: &Study) -> Reproduction {
    let within = |published: f64, recomputed: Option<f64>, own: Option<f64>| {
        let tolerance = own.unwrap_or(study.about.tolerance);
        let far = if study.about.relative && own.is_none() { tolerance * published.abs() } else { tolerance };
        recomputed.is_some_and(|recomputed| (recomputed - published).abs() <= far + 1e-12)
    };
    let mut figures: Vec<Reproduced> = study
        .figures
        .iter()
        .map(|figure| {
            let recomputed = computed(figure);
            Reproduced {
                case: figure.case.clone(),
                unit: figure.unit.clone(),
                published: figure.published,
                recomputed,
                follows: within(figure.published, recomputed, figure.tolerance),
                explained: None,
            }
        })
        .collect();
    let mut changed = Vec::new();
    if let Some(terms) = &study.terms {
        let cells = Cells { study, terms };
        figures.extend(cells.each().map(|(model, api, gpu, published)| {
            let recomputed = months(model, api, gpu, &Said::of(terms, gpu));
            let follows = within(published, recomputed, None);
            let explained =
                (!follows).then(|| cells.explanation(model, api, gpu, published, within)).flatten();
            let case = format!("{} against {}", model.id, api.id);
            Reproduced { case, unit: study.about.unit.clone(), published, recomputed, follows, explained }
        }));
        changed = cells.changed();
    }
    Reproduction { figures, changed }
}

fn computed(figure: &Figure) -> Option<f64> {
    let positive = |number: f64| (number > 0.0).then_some(number);
    match figure.by {
        Formula::Hours { price, own_hour, cloud_hour } => Some(price / positive(cloud_hour - own_hour)?),
        Formula::HoursADay { price, own_hour, cloud_hour, hours, days } => {
            Some((price + own_hour * hours) / positive(cloud_hour * days)?)
        }
        Formula::Total { price, hour, hours } => Some(price + hour * hours),
        Formula::Saved { price, own_hour, cloud_hour, hours } => {
            Some(cloud_hour * hours - price - own_hour * hours)
        }
        Formula::SavedShare { price, own_hour, cloud_hour, hours } => {
            Some((1.0 - (price + own_hour * hours) / positive(cloud_hour * hours)?) * 100.0)
        }
        Formula::Hour { price, own_hour, hours } => Some(price / positive(hours)? + own_hour),
        Formula::PerMillion { hour, tokens_a_second } => Some(per_million(hour, positive(tokens_a_second)?)),
        Formula::Ratio { of, to } => Some(of / positive(to)?),
    }
}

/// What is said of a cell beside its prices.
#[derive(Debug, Clone, Copy)]
struct Said {
    hours_month: f64,
    kilowatt_hour: f64,
    input_share: f64,
    watts: f64,
    pue: f64,
    used: f64,
    staff_month: f64,
}

impl Said {
    /// As the table has it: power as its electricity implies, nobody who runs it, every hour used.
    fn of(terms: &Terms, gpu: &Gpu) -> Self {
        Self {
            hours_month: terms.hours_month,
            kilowatt_hour: terms.kilowatt_hour,
            input_share: terms.input_share,
            watts: gpu.watts_implied,
            pue: 1.0,
            used: 1.0,
            staff_month: 0.0,
        }
    }
}

/// Months until the machines have earned their price: `N·C / (calls elsewhere − power − staff)`.
fn months(model: &Model, api: &Api, gpu: &Gpu, said: &Said) -> Option<f64> {
    let millions = model.tokens_a_second * said.hours_month * 3_600.0 / 1e6 * said.used;
    let elsewhere = millions * (said.input_share * api.input + (1.0 - said.input_share) * api.output);
    let power = model.gpus * said.watts / 1_000.0 * said.pue * said.hours_month * said.kilowatt_hour;
    let left = elsewhere - power - said.staff_month;
    (left > 0.0).then(|| model.gpus * gpu.usd / left)
}

struct Cells<'a> {
    study: &'a Study,
    terms: &'a Terms,
}

/// Hours of a month, for staff.
const MONTH: f64 = 730.0;
/// Engineers, their dollars a year, power of a building and use of a machine, as the default scenario and its sources have them.
const ENGINEERS: f64 = 0.5;
const ENGINEER_YEAR: f64 = 250_000.0;
const PUE: f64 = 1.54;
const USED: f64 = 0.3;
/// Dollars of output that would explain a figure are looked for in steps of this.
const STEP: f64 = 0.5;

impl<'a> Cells<'a> {
    fn each(&self) -> impl Iterator<Item = (&'a Model, &'a Api, &'a Gpu, f64)> {
        let study = self.study;
        study.models.iter().flat_map(move |model| {
            study.apis.iter().filter_map(move |api| {
                let gpu = study.gpus.iter().find(|gpu| gpu.id == model.gpu)?;
                Some((model, api, gpu, *model.published.get(&api.id)?))
            })
        })
    }

    /// The nearest round price of output with which the figure follows.
    fn explanation(
        &self,
        model: &Model,
        api: &Api,
        gpu: &Gpu,
        published: f64,
        within: impl Fn(f64, Option<f64>, Option<f64>) -> bool,
    ) -> Option<String> {
        let tried = (1..=40).flat_map(|step| [f64::from(step) * STEP, -f64::from(step) * STEP]);
        let said = Said::of(self.terms, gpu);
        let mut fits = tried.filter(|change| {
            let other = Api { output: api.output + change, ..api.clone() };
            other.output > 0.0 && within(published, months(model, &other, gpu, &said), None)
        });
        let change = fits.next()?;
        Some(format!(
            "follows from {} dollars a million output tokens instead of {}",
            api.output + change,
            api.output
        ))
    }

    fn changed(&self) -> Vec<Changed> {
        let staff = staff_hour(ENGINEERS, ENGINEER_YEAR) * MONTH;
        let stated = |said: Said, gpu: &Gpu| Said { watts: gpu.watts_stated, ..said };
        type Way<'w> = (String, &'w dyn Fn(Said, &Gpu) -> Said);
        let ways: [Way<'_>; 5] = [
            ("power as the table of machines states it".to_owned(), &stated),
            (format!("and power of the building: PUE {PUE}"), &|said, gpu| Said {
                pue: PUE,
                ..stated(said, gpu)
            }),
            (format!("{:.0} % of the hours used", USED * 100.0), &|said, _| Said { used: USED, ..said }),
            (format!("{ENGINEERS} engineers at {ENGINEER_YEAR} dollars a year"), &|said, _| Said {
                staff_month: staff,
                ..said
            }),
            ("all of these".to_owned(), &|said, gpu| Said {
                used: USED,
                staff_month: staff,
                pue: PUE,
                ..stated(said, gpu)
            }),
        ];
        let all = |say: &dyn Fn(Said, &Gpu) -> Said| -> Vec<Option<f64>> {
            let of = |(model, api, gpu, _): (&Model, &Api, &Gpu, f64)| {
                months(model, api, gpu, &say(Said::of(self.terms, gpu), gpu))
            };
            self.each().map(of).collect()
        };
        let before = median(&all(&|said, _| said));
        ways.iter()
            .map(|(what, say)| {
                let months = all(say);
                Changed {
                    what: what.clone(),
                    before,
                    after: median(&months),
                    never: months.iter().filter(|months| months.is_none()).count(),
                    of: months.len(),
                }
            })
            .collect()
    }
}

/// The middle of the figures, those that never pay last; `None`: the middle one never does.
fn median(figures: &[Option<f64>]) -> Option<f64> {
    let mut sorted: Vec<f64> = figures.iter().map(|figure| figure.unwrap_or(f64::INFINITY)).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().filter(|middle| middle.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::embedded::Facts;
    use crate::inputs::published::load;

    fn study(id: &str) -> Study {
        load(&Facts::embedded(), id).expect("a valid file").expect("a study")
    }

    #[test]
    fn months_of_pan_and_others_follow_but_for_one_interface_and_the_power() {
        let found = reproduce(&study("pan2025"));
        assert_eq!(found.figures.len(), 45);
        let (gemini, others): (Vec<_>, Vec<_>) =
            found.figures.iter().partition(|figure| figure.case.ends_with("Gemini 2.5 Pro"));
        assert_eq!((gemini.len(), others.len()), (9, 36));
        for figure in &others {
            let recomputed = figure.recomputed.expect("it pays");
            assert!(figure.follows && (recomputed - figure.published).abs() < 0.06, "{figure:?}");
        }
        for figure in &gemini {
            assert!(!figure.follows);
            assert_eq!(
                figure.explained.as_deref(),
                Some("follows from 11 dollars a million output tokens instead of 10"),
                "{figure:?}"
            );
        }
        let month = |case: &str| {
            found
                .figures
                .iter()
                .find(|figure| figure.case == case)
                .and_then(|figure| figure.recomputed)
                .expect(case)
        };
        // D3 of the economics.
        for (case, months) in [
            ("Kimi-K2 against GPT-5", 69.29046563),
            ("EXAONE 4.0 32B against GPT-5", 2.261420172),
            ("Llama-3.3-70B against Claude-4 Sonnet", 11.39554389),
            ("GLM-4.5 against Claude-4 Opus", 6.478698041),
        ] {
            assert!((month(case) / months - 1.0).abs() < 1e-6, "{case}");
        }
        let staffed = found.changed.iter().find(|changed| changed.what.contains("engineers")).expect("staff");
        assert!(staffed.never > staffed.of / 2 && staffed.after.is_none());
    }

    #[test]
    fn every_figure_of_lenovo_and_of_the_cost_meter_follows() {
        for (id, figures) in [("lenovo2026", 17), ("lenovo2025", 1), ("vllm-cost-meter", 140)] {
            let found = reproduce(&study(id));
            assert_eq!(found.figures.len(), figures, "{id}");
            for figure in &found.figures {
                assert!(figure.follows, "{figure:?}");
            }
        }
    }
}
