//! What calls will cost, month by month: the baseline and the best plan, with their bands.

use super::axis::dollars;
use super::frame::{LABEL, Look, Words, framed};
use super::labels::apart;
use super::pen::Point;
use super::plot::{Around, Plot, Scale};
use super::{Drawing, Material};
use crate::engine::projection::Plan;
use crate::engine::projection::run::Band;
use crate::outputs::pages::project::{followed, words as plan_words};
use crate::outputs::wording::{grouped, percent};

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let found = material.of.projected.map_err(str::to_owned)?;
    let (baseline, best) = (found.projection.baseline, found.best);
    let (stay, plan) = (followed(found, baseline), followed(found, best));
    let months = found.projection.horizon;
    let title = if best == baseline {
        format!("No plan is expected to cost less than {}", plan_words(baseline))
    } else {
        format!(
            "{}{} saves {} over {months} months, and pays in {} of {} futures",
            plan_words(best).get(..1).unwrap_or_default().to_uppercase(),
            plan_words(best).get(1..).unwrap_or_default(),
            dollars(plan.saving.p50),
            percent(plan.saves),
            grouped(&material.of.world.scenario.projection.paths.to_string())
        )
    };
    let words = Words {
        title,
        subtitle: "Expected bill a month: median and band from the 10th to the 90th percentile; the same futures for both plans".to_owned(),
        source: material.source.clone(),
    };
    let mut series: Vec<(Plan, usize, &[Band])> = vec![(baseline, 0, &stay.bills)];
    if best != baseline {
        series.push((best, 1, &plan.bills));
    }
    Ok(picture(material, &series, &words))
}

/// Room for the labels on the right.
const LABELS: f64 = 176.0;

fn picture(material: &Material<'_>, series: &[(Plan, usize, &[Band])], words: &Words) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let all = || series.iter().flat_map(|(_, _, bands)| bands.iter());
        let median = all().map(|band| band.p50).fold(0.0, f64::max);
        // A future that explodes is cut at the edge and said so; it must not press everything else onto the floor.
        let most = all().map(|band| band.p90).fold(0.0, f64::max);
        let ceiling = most.min(8.0 * median.max(f64::MIN_POSITIVE));
        let around = Around { top: 6.0, right: LABELS, bottom: 38.0 };
        let plot = Plot::new(pen, look, space, around, (0.0, ceiling, Scale::FromZero), dollars);
        let Plot { left, right, bottom, y, .. } = &plot;
        let months = series.iter().map(|(_, _, bands)| bands.len()).max().unwrap_or(1);
        let x = |month: usize| left + (right - left) * month as f64 / (months.max(2) - 1) as f64;
        let ticks: Vec<(f64, String)> = (0..months)
            .filter(|month| (month + 1).is_multiple_of(6) || *month == 0)
            .map(|month| (x(month), (month + 1).to_string()))
            .collect();
        plot.below(pen, look, &ticks, false);
        plot.across(pen, look, "month from now");
        for (_, colour, bands) in series {
            let edge = |of: fn(&Band) -> f64| -> Vec<Point> {
                bands.iter().enumerate().map(|(month, band)| (x(month), y.within(of(band)))).collect()
            };
            let mut area = edge(|band| band.p90);
            let mut low = edge(|band| band.p10);
            low.reverse();
            area.extend(low);
            pen.polygon(&area, theme.series[*colour], 0.2);
        }
        for (_, colour, bands) in series {
            let line: Vec<Point> =
                bands.iter().enumerate().map(|(month, band)| (x(month), y.within(band.p50))).collect();
            pen.line(&line, theme.paper, 4.5);
            pen.line(&line, theme.series[*colour], 2.5);
        }
        let ends: Vec<&Band> = series.iter().filter_map(|(_, _, bands)| bands.last()).collect();
        let wanted: Vec<f64> = ends.iter().map(|band| y.within(band.p50)).collect();
        let places = apart(&wanted, 3.0 * LABEL + 14.0, space.top + 18.0, bottom - 18.0);
        for (((plan, colour, _), band), place) in series.iter().zip(ends).zip(places) {
            let at = right + 12.0;
            let text = look.of_series(*colour);
            let most = space.right - at;
            let lines = super::font::wrapped(plan_words(*plan), text.size, text.weight, most);
            let mut y = place - 15.0;
            for line in lines.iter().take(2) {
                pen.text(line, (at, y), &text);
                y += LABEL * 1.25;
            }
            let range = format!("{} ({} to {})", dollars(band.p50), dollars(band.p10), dollars(band.p90));
            pen.text(&look.small().fitted(&range, most), (at, y), &look.small());
        }
        if most > ceiling {
            let note = format!("the band ends at {}", dollars(most));
            pen.text(&note, (left + 6.0, space.top + 14.0), &look.small().halo());
        }
    })
}
