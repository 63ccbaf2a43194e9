//! What routing between graded models could give: single models, the mixtures of them, and what nothing passes.

use std::collections::BTreeMap;

use crate::engine::frontier::lower_hull;
use crate::engine::replay::{Curve, Oracle, Outcomes, aiq_code, aiq_paper, envelope};
use crate::inputs::graded::Graded;

/// The items of one benchmark, or all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Name; `None`: all items.
    pub name: Option<String>,
    /// How many items there are.
    pub items: u64,
    /// Each model, in the order of the table.
    pub models: Vec<Single>,
    /// Place of the best model; the earlier one of equals.
    pub best: usize,
    /// The best model of each item.
    pub oracle: Oracle,
    /// AIQ of the zero router as the paper defines it; `None`: no costs.
    pub aiq_paper: Option<f64>,
    /// The same as its code computes it.
    pub aiq_code: Option<f64>,
    /// Routers between two models; none where there are more, or the two are equal.
    pub routers: Vec<Router>,
    /// The cheapest model of each subset that is no worse than the reference.
    pub cheapest: Vec<Cheapest>,
}

/// One model for every item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Single {
    /// Mean score.
    pub score: f64,
    /// Mean cost; `None`: no costs.
    pub cost: Option<f64>,
    /// Whether it is on the envelope of the models, which mixing them at random reaches; `None`: no costs.
    pub on_envelope: Option<bool>,
}

/// A router that sends some items to the better of two models.
#[derive(Debug, Clone, PartialEq)]
pub struct Router {
    /// `optimal`, `random`, or the column of its scores.
    pub name: String,
    /// Performance gap recovered at half of the calls.
    pub pgr_half: f64,
    /// Its mean over all shares.
    pub apgr: f64,
    /// Share of strong calls that recovers 20, 50 and 80 % of the gap; `None`: none does.
    pub cpt: [Option<f64>; 3],
}

/// The cheapest model of a subset that is no worse than a reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Cheapest {
    /// Name of the subset.
    pub subset: Option<String>,
    /// How many items there are.
    pub items: u64,
    /// Place of the model.
    pub model: usize,
    /// Its score and cost.
    pub point: (f64, Option<f64>),
    /// Those of the reference.
    pub reference: (f64, Option<f64>),
}

const GAPS: [f64; 3] = [0.2, 0.5, 0.8];

/// The groups of a table: each benchmark, and all together where there is not exactly one. `reference` is the model that the
/// cheapest must not fall behind, `None` the best of each subset; `router` is a column of a router's scores.
pub fn groups(graded: &Graded, reference: Option<usize>, router: Option<&str>) -> Vec<Group> {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (item, group) in graded.groups.iter().enumerate() {
        if let Some(group) = group {
            named.entry(group).or_default().push(item);
        }
    }
    let all = Outcomes { scores: graded.scores.clone(), costs: graded.costs.clone() };
    let several = named.len() != 1;
    let look =
        |name: Option<&str>, items: &[usize]| group(graded, name, &all.of(items), items, reference, router);
    let mut groups: Vec<Group> = named.iter().map(|(name, items)| look(Some(name), items)).collect();
    if several && all.items() > 0 {
        let items: Vec<usize> = (0..all.items()).collect();
        // Subsets of several benchmarks are told under each of them.
        let whole = look(None, &items);
        groups.push(if groups.is_empty() { whole } else { Group { cheapest: Vec::new(), ..whole } });
    }
    groups
}

fn group(
    graded: &Graded,
    name: Option<&str>,
    of: &Outcomes,
    items: &[usize],
    reference: Option<usize>,
    router: Option<&str>,
) -> Group {
    let points = of.points();
    let hull = points.as_ref().map(|points| lower_hull(points));
    let line = points.as_ref().map(|points| envelope(points));
    let largest = (0..of.scores.len()).filter_map(|model| of.cost(model)).fold(0.0, f64::max);
    let single = |model: usize| Single {
        score: of.score(model),
        cost: of.cost(model),
        on_envelope: hull.as_ref().map(|hull| hull.contains(&model)),
    };
    Group {
        name: name.map(str::to_owned),
        items: items.len() as u64,
        models: (0..of.scores.len()).map(single).collect(),
        best: best(of),
        oracle: of.oracle(),
        aiq_paper: line.as_ref().and_then(|line| aiq_paper(line)),
        aiq_code: line.as_ref().and_then(|line| aiq_code(line, largest)),
        routers: routers(graded, of, items, router),
        cheapest: cheapest(graded, of, items, reference),
    }
}

fn best(of: &Outcomes) -> usize {
    (0..of.scores.len()).max_by(|a, b| of.score(*a).total_cmp(&of.score(*b)).then(b.cmp(a))).unwrap_or(0)
}

fn routers(graded: &Graded, of: &Outcomes, items: &[usize], router: Option<&str>) -> Vec<Router> {
    let strong = best(of);
    let [_, _] = of.scores.as_slice() else { return Vec::new() };
    let weak = 1 - strong;
    let (w, s) = (of.score(weak), of.score(strong));
    if s <= w {
        return Vec::new();
    }
    let mut curves = vec![("optimal", Curve::optimal(&of.scores[weak], &of.scores[strong]))];
    if let Some((name, values)) = router.and_then(|router| Some((router, graded.others.get(router)?))) {
        let urgency: Vec<f64> = items.iter().map(|item| values[*item]).collect();
        curves.push((name, Curve::of(&of.scores[weak], &of.scores[strong], &urgency)));
    }
    let measured = curves.into_iter().map(|(name, curve)| Router {
        name: name.to_owned(),
        pgr_half: curve.pgr(0.5, w, s),
        apgr: curve.apgr(w, s),
        cpt: GAPS.map(|gap| curve.cpt(gap, w, s)),
    });
    // Items drawn at random recover the gap in the share in which they are drawn.
    let random = Router { name: "random".to_owned(), pgr_half: 0.5, apgr: 0.5, cpt: GAPS.map(Some) };
    measured.chain([random]).collect()
}

fn cheapest(graded: &Graded, of: &Outcomes, items: &[usize], reference: Option<usize>) -> Vec<Cheapest> {
    let mut subsets: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        subsets.entry(graded.subsets[*item].as_deref()).or_default().push(place);
    }
    let look = |(subset, places): (Option<&str>, Vec<usize>)| {
        let part = of.of(&places);
        let reference = reference.unwrap_or_else(|| best(&part));
        let model = part.cheapest_at(part.score(reference))?;
        let point = |model: usize| (part.score(model), part.cost(model));
        Some(Cheapest {
            subset: subset.map(str::to_owned),
            items: places.len() as u64,
            model,
            point: point(model),
            reference: point(reference),
        })
    };
    subsets.into_iter().filter_map(look).collect()
}
