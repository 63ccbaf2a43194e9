//! Arguments of `chart`.

use std::path::PathBuf;

use clap::Args;

use super::CallArguments;
use crate::outputs::charts::{CHARTS, SIZES, Size};

/// Arguments of `chart`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint chart --all --out charts                      every chart of the sample log, as SVG, PNG and PDF
  switchpoint chart spend workloads calls.parquet           two charts of a log
  switchpoint chart tornado calls.parquet --as pdf --size column --dark

Names of charts stand before the log; `switchpoint chart` alone lists them.
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct ChartArguments {
    /// Which logs, and under which assumptions; names of charts first.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Every chart that there is something to draw for
    #[arg(long)]
    pub all: bool,

    /// What the log is compared with, for the chart `bridge`: a file of `switchpoint baseline save`
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Folder for the files
    #[arg(long, value_name = "DIR", default_value = "charts")]
    pub out: PathBuf,

    /// Kinds of files: svg (texts as outlines), svg-text (texts as texts, for pages that have the font Inter), png, pdf
    #[arg(long = "as", value_name = "KIND", value_delimiter = ',', default_value = "svg,png,pdf")]
    pub kinds: Vec<String>,

    /// Size: slide (880 pixels wide), column (166 mm, the text of an A4 page), page
    #[arg(long, value_name = "NAME", default_value = "slide", value_parser = size)]
    pub size: Size,

    /// Light on dark
    #[arg(long)]
    pub dark: bool,
}

fn size(name: &str) -> Result<Size, String> {
    let names: Vec<&str> = SIZES.iter().map(|size| size.name).collect();
    let found = SIZES.into_iter().find(|size| size.name == name);
    found.ok_or_else(|| format!("sizes are {}", names.join(", ")))
}

/// The names of all charts.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHARTS.iter().map(|chart| chart.name)
}
