//! The page of `chart`: what was drawn, and what could not be.

use crate::outputs::charts::Chart;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::counted;

/// All charts.
pub fn list(charts: &[Chart]) -> Page {
    let rows = charts.iter().map(|chart| vec![Value::from(chart.name), Value::from(chart.about)]).collect();
    let heads = vec![Head::names("name", "name", 0), Head::new("about", "what it shows", 0)];
    let section = Section {
        key: "charts",
        title: "Charts".to_owned(),
        body: Body::Grid(Grid { heads, rows, shown: usize::MAX }),
        notes: vec!["name some, and a log; or --all".to_owned()],
    };
    Page { command: "chart", claim: counted(charts.len() as u64, "chart"), sections: vec![section] }
}

/// Charts with the files of each, or why there is none.
pub fn drawn(charts: &[(&Chart, Result<Vec<String>, String>)], more: Vec<Section>) -> Page {
    let rows = charts.iter().map(|(chart, files)| {
        let (files, because) = match files {
            Ok(files) => (Value::Text(files.join(", ")), Value::Nothing),
            Err(because) => (Value::Nothing, Value::Text(because.clone())),
        };
        vec![Value::from(chart.name), files, because]
    });
    let heads = vec![
        Head::names("name", "chart", 0),
        Head::new("files", "files", 0),
        Head::new("because", "not drawn, because", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let mut sections = vec![Section {
        key: "charts",
        title: "Charts".to_owned(),
        body: Body::Grid(grid),
        notes: Vec::new(),
    }];
    sections.extend(more);
    let count = charts.iter().filter(|(_, files)| files.is_ok()).count();
    let claim = format!("{} of {} drawn", count, counted(charts.len() as u64, "chart"));
    Page { command: "chart", claim, sections }
}
