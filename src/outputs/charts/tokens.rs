//! Tokens against dollars by tier, as logged and routed.

use super::axis::{dollars, share as percent};
use super::frame::{Look, Words, framed};
use super::pen::Text;
use super::theme::{LIGHT, Theme};
use super::{Drawing, Material};
use crate::outputs::wording::compact;
use crate::simulation::outcome::Outcome;
use crate::units::Tier;

/// Tokens and dollars of each tier.
type Tiers = [(f64, f64); 3];

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let of = |outcome: &Outcome| -> Tiers {
        Tier::ALL.map(|tier| {
            let sum = outcome.sum(|_, offer| material.of.world.book.offer(offer).tier == tier);
            (sum.tokens as f64, sum.cost.estimate().0)
        })
    };
    let sides = [of(&material.of.audit.baseline), of(&material.of.audit.routed)];
    let total = |tiers: &Tiers| tiers.iter().fold((0.0, 0.0), |sum, tier| (sum.0 + tier.0, sum.1 + tier.1));
    let (tokens, spent) = total(&sides[0]);
    if tokens <= 0.0 || spent <= 0.0 {
        return Err("no call has both tokens and a price".to_owned());
    }
    let closed = sides[0][Theme::of_tier(Tier::Closed)];
    let routed = total(&sides[1]).1;
    let title = if closed.0 <= 0.0 {
        "No token goes to a closed model".to_owned()
    } else {
        format!(
            "Closed models take {} of the tokens and {} of the dollars",
            percent(closed.0 / tokens),
            percent(closed.1 / spent)
        )
    };
    let words = Words {
        title,
        subtitle: format!(
            "Shares by tier, as served ({} tokens, {}) and routed to the cheapest offers that are good enough ({})",
            compact(tokens),
            dollars(spent),
            dollars(routed)
        ),
        source: material.source.clone(),
    };
    Ok(picture(material, &sides, &words))
}

fn picture(material: &Material<'_>, sides: &[Tiers; 2], words: &Words) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let left = space.left + 84.0;
        let width = space.right - left;
        // The tiers by name, above the first bar.
        let mut key = left;
        for (tier, name) in [(Tier::Closed, "closed"), (Tier::Hosted, "hosted open"), (Tier::Local, "local")]
        {
            let series = Theme::of_tier(tier);
            if sides.iter().all(|side| side[series].0 <= 0.0) {
                continue;
            }
            pen.rect((key, space.top + 3.0), (key + 10.0, space.top + 13.0), theme.series[series], 1.0);
            let text = look.of_series(series);
            pen.text(name, (key + 16.0, space.top + 8.0), &text);
            key += text.width(name) + 40.0;
        }
        let top = space.top + 30.0;
        let block = (space.bottom - top) / 2.0;
        let bar = (block * 0.3).min(58.0);
        for (side, (name, tiers)) in [("as served", &sides[0]), ("routed", &sides[1])].into_iter().enumerate()
        {
            let y = top + side as f64 * block + 22.0;
            pen.text(name, (space.left, y - 12.0), &look.strong());
            for (row, what) in ["tokens", "dollars"].into_iter().enumerate() {
                let y = y + row as f64 * (bar + 8.0);
                pen.text(what, (space.left, y + bar / 2.0), &look.small());
                let of = |tier: &(f64, f64)| if row == 0 { tier.0 } else { tier.1 };
                let total: f64 = tiers.iter().map(of).sum();
                if total <= 0.0 {
                    pen.text("nothing", (left, y + bar / 2.0), &look.small());
                    continue;
                }
                let mut x = left;
                for (series, tier) in tiers.iter().enumerate().filter(|(_, tier)| of(tier) > 0.0) {
                    let wide = width * of(tier) / total;
                    pen.rect((x, y), (x + wide, y + bar), theme.series[series], 1.0);
                    if x > left {
                        pen.line(&[(x, y), (x, y + bar)], theme.paper, 1.5);
                    }
                    let amount = if row == 0 { compact(of(tier)) } else { dollars(of(tier)) };
                    let whole = format!("{}  {amount}", percent(of(tier) / total));
                    let text = Text { colour: LIGHT.paper, ..look.strong() };
                    let text = if series == 2 { Text { colour: LIGHT.ink, ..text } } else { text };
                    for label in [whole, percent(of(tier) / total)] {
                        if text.width(&label) + 16.0 < wide {
                            pen.text(&label, (x + 8.0, y + bar / 2.0), &text);
                            break;
                        }
                    }
                    x += wide;
                }
            }
        }
    })
}
