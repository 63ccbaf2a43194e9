//! From results to chapters: the sections of the pages, put into the order in which a reader asks, with the pictures beside them.

use chrono::NaiveDate;

use super::{Chapter, Contents, Part, Picture, Report, ReportError, summary};
use crate::inputs::manual;
use crate::outputs::page::{Body, Fact, Item, Page, Section, Value};
use crate::outputs::pages::audit::{self, Detail};
use crate::outputs::pages::{assess, breakeven, compare, frontier, project, seats};
use crate::outputs::wording::{Place, capital, counted, percent, value};
use crate::simulation::outcome::saving;
use crate::units::{Share, Usd};

/// Pictures that are drawn, by name.
struct Pictures(Vec<Picture>);

impl Pictures {
    fn take(&mut self, names: &[&str]) -> Vec<Part> {
        let found = names.iter().filter_map(|name| {
            let at = self.0.iter().position(|picture| picture.name == *name)?;
            Some(Part::Picture(self.0.swap_remove(at)))
        });
        found.collect()
    }
}

/// The sections of a page that are not yet in a chapter.
struct Sections(Vec<Section>);

impl Sections {
    fn take(&mut self, keys: &[&str]) -> Vec<Part> {
        let found = keys.iter().filter_map(|key| {
            let at = self.0.iter().position(|section| section.key == *key)?;
            let section = self.0.remove(at);
            section.has_rows().then_some(Part::Section(section))
        });
        found.collect()
    }

    fn rest(self) -> Vec<Part> {
        self.0.into_iter().filter(Section::has_rows).map(Part::Section).collect()
    }
}

/// The report of a log.
///
/// # Errors
/// When the texts in the program are not of their shape, which a test rules out.
pub fn report(contents: &Contents<'_>) -> Result<Report, ReportError> {
    let audited = audit::page(&audit::Contents {
        audit: contents.of.audit,
        report: contents.load,
        world: contents.of.world,
        assessed: contents.of.assessed,
        findings: contents.findings,
        provenance: contents.provenance,
        holdout: None,
        sums: None,
        sample: contents.sample,
        detail: Detail::Explained,
    });
    let claim = audited.claim;
    let mut of_audit = Sections(audited.sections);
    let mut pictures = Pictures(drawn(contents));
    let named = |name: &&str| pictures.0.iter().find(|picture| picture.name == *name).cloned();
    let picture = summary::PICTURES.iter().find_map(named);
    let mut chapters =
        vec![spend(contents, &mut of_audit, &mut pictures), routing(contents, &mut of_audit, &mut pictures)];
    chapters.push(self_hosting(contents, &mut of_audit, &mut pictures));
    chapters.push(projection(contents, &mut pictures));
    chapters.extend(seated(contents, &mut pictures));
    chapters.extend(change(contents, &mut pictures));
    chapters.push(risk(contents, &mut of_audit, &mut pictures));
    let known = of_audit.take(&["assumptions", "provenance"]);
    // What a newer page adds belongs to where calls go until it has a place of its own.
    chapters[1].parts.extend(of_audit.rest());
    chapters.extend(back(known, contents)?);
    Ok(Report {
        about: contents.about.clone(),
        date: contents.of.world.as_of.date().unwrap_or(NaiveDate::MIN),
        maker: format!("switchpoint {}", contents.provenance.version),
        summary: summary::summary(contents, claim, picture),
        chapters,
    })
}

/// What is said of costs where no call has a price: an unknown is never zero.
const UNPRICED: &str = "No call has a price, so it is not known.";

fn spend(contents: &Contents<'_>, sections: &mut Sections, pictures: &mut Pictures) -> Chapter {
    let total = contents.of.audit.baseline.total();
    let unpriced = contents.of.audit.facts.unknowns.unpriced_total();
    let money = value(&Value::Usd(total.cost), Place::Line);
    let claim = match (total.calls, unpriced.calls) {
        (0, _) => UNPRICED.to_owned(),
        (calls, 0) => format!("{} cost {money}.", counted(calls, "call")),
        (calls, others) => {
            format!(
                "{} cost {money}; without a price and in no sum: {}.",
                counted(calls, "call"),
                counted(others, "call")
            )
        }
    };
    let mut parts = sections.take(&["read", "spent", "commitments"]);
    parts.extend(pictures.take(&["spend", "tokens"]));
    Chapter { key: "spend", title: "Spend", claim, parts }
}

fn routing(contents: &Contents<'_>, sections: &mut Sections, pictures: &mut Pictures) -> Chapter {
    let (baseline, routed) = (contents.of.audit.baseline.total(), contents.of.audit.routed.total());
    let saved = saving(&baseline, &routed);
    let money = |usd| value(&Value::Usd(usd), Place::Line);
    let share = Share::of(saved.estimate().0.abs(), baseline.cost.estimate().0);
    let part = share.map_or_else(String::new, |share| format!(", {}", percent(share.value())));
    let (apart, word) = if saved < Usd::ZERO { (Usd::ZERO - saved, "more") } else { (saved, "less") };
    let claim = match baseline.calls {
        0 => UNPRICED.to_owned(),
        _ => format!(
            "The same calls would have cost {} where each goes to the offer that the policy picks, {} {word} than as logged{part}.",
            money(routed.cost),
            money(apart)
        ),
    };
    let mut parts = sections.take(&["workloads"]);
    parts.extend(pictures.take(&["workloads"]));
    parts.extend(sections.take(&["quality"]));
    parts.extend(pictures.take(&["conditions"]));
    let page = assess::page(contents.of.assessed, &[], contents.of.world, Vec::new());
    parts.extend(Sections(page.sections).take(&["verdicts", "evals", "suppliers"]));
    parts.extend(sections.take(&["tiers", "rules"]));
    parts.extend(pictures.take(&["frontier"]));
    if let Ok(found) = contents.of.frontier {
        parts.extend(Sections(frontier::page(Some(found), contents.of.world).sections).rest());
    }
    Chapter { key: "routing", title: "Routing", claim, parts }
}

/// The claim of a page as a sentence.
fn sentence(claim: &str) -> String {
    format!("{}.", capital(claim))
}

/// A chapter of a page, with pictures ahead of its sections; or why there is no such page.
fn paged(
    (key, title): (&'static str, &'static str),
    page: Result<Page, &str>,
    pictures: Vec<Part>,
) -> Chapter {
    match page {
        Ok(page) => {
            let parts = pictures.into_iter().chain(Sections(page.sections).rest()).collect();
            Chapter { key, title, claim: sentence(&page.claim), parts }
        }
        Err(because) => {
            Chapter { key, title, claim: sentence(&format!("not told: {because}")), parts: pictures }
        }
    }
}

fn self_hosting(contents: &Contents<'_>, sections: &mut Sections, pictures: &mut Pictures) -> Chapter {
    let page =
        contents.of.hosted.map(|found| breakeven::page(found, contents.of.world, contents.spread, vec![]));
    let drawn = pictures.take(&["breakeven", "load", "gain", "waterfall"]);
    let mut chapter = paged(("breakeven", "Machines of one's own"), page, drawn);
    chapter.parts.extend(sections.take(&["self_hosting"]));
    chapter
}

fn projection(contents: &Contents<'_>, pictures: &mut Pictures) -> Chapter {
    let page =
        contents.of.projected.map(|found| project::page(found, contents.of.world, Detail::Short, vec![]));
    let drawn = pictures.take(&["projection", "prices", "convergence"]);
    paged(("projection", "Projection"), page, drawn)
}

fn seated(contents: &Contents<'_>, pictures: &mut Pictures) -> Option<Chapter> {
    let found = contents.of.seats.ok()?;
    let machines = Err("a report looks at seats without them; `switchpoint seats` with them".to_owned());
    let page = seats::page(found, contents.of.world, &machines, None, vec![]);
    Some(paged(("seats", "Seats"), Ok(page), pictures.take(&["seats"])))
}

fn change(contents: &Contents<'_>, pictures: &mut Pictures) -> Option<Chapter> {
    let compared = contents.of.compared.ok()?;
    let sections = [Some(compare::totals(compared)), compare::per_call(compared, contents.of.world)]
        .into_iter()
        .flatten();
    let claim = "what the calls cost beside the baseline, and which driver changed it".to_owned();
    let page = Page { command: "compare", claim, sections: sections.collect() };
    Some(paged(("change", "Change since the baseline"), Ok(page), pictures.take(&["bridge"])))
}

fn risk(contents: &Contents<'_>, sections: &mut Sections, pictures: &mut Pictures) -> Chapter {
    let mut parts = pictures.take(&["tornado"]);
    parts.extend(sections.take(&["findings", "unpriced", "files"]));
    let count = contents.findings.len() as u64;
    let claim = match count {
        0 => "Nothing was found that would put the numbers in doubt.".to_owned(),
        _ => format!("{} to weigh before signing.", counted(count, "finding")),
    };
    Chapter { key: "risk", title: "Risk", claim, parts }
}

/// What stands at the end: what it rests on.
fn back(known: Vec<Part>, contents: &Contents<'_>) -> Result<Vec<Chapter>, ReportError> {
    let mut known = known.into_iter();
    let chapter = |key, title, claim: &str, parts| Chapter { key, title, claim: claim.to_owned(), parts };
    let terms = manual::glossary()?.into_iter().map(|term| Fact {
        label: term.word,
        items: vec![Item::new("meaning", Value::Text(term.meaning), "")],
    });
    let words = Section {
        key: "glossary",
        title: "Words".to_owned(),
        body: Body::Facts(terms.collect()),
        notes: Vec::new(),
    };
    Ok(vec![
        chapter(
            "assumptions",
            "Assumptions",
            "Every number that is not in the log, with its unit, what it means and where it comes from.",
            known.next().into_iter().collect(),
        ),
        chapter(
            "method",
            "Method",
            "How the numbers are come by.",
            manual::method()?.into_iter().map(Part::Step).collect(),
        ),
        chapter(
            "provenance",
            "Provenance",
            &format!(
                "The same log, prices, facts and assumptions give this report again, to the byte: switchpoint {} report.",
                contents.provenance.version
            ),
            known.collect(),
        ),
        chapter("glossary", "Glossary", "What words mean here.", vec![Part::Section(words)]),
    ])
}

#[cfg(not(feature = "charts"))]
fn drawn(_: &Contents<'_>) -> Vec<Picture> {
    Vec::new()
}

/// Every chart that there is something to draw for, at the width of the text.
#[cfg(feature = "charts")]
fn drawn(contents: &Contents<'_>) -> Vec<Picture> {
    use crate::outputs::charts::{CHARTS, LIGHT, Material, SIZES};
    use rayon::prelude::*;

    let column = SIZES.into_iter().find(|size| size.name == "column").unwrap_or(SIZES[0]);
    let material = Material { of: contents.of, source: contents.source.clone(), size: column, theme: LIGHT };
    let drawn = CHARTS.par_iter().filter_map(|chart| {
        let drawing = chart.draw(&material).ok()?;
        Some(Picture { name: chart.name, svg: drawing.svg, alt: drawing.alt })
    });
    drawn.collect()
}
