//! Formats that are tables with columns of their own: a column map in the folder of the format says what they mean.

use std::io::BufRead;
use std::sync::OnceLock;

use super::detect::{Head, Likeness};
use super::sink::Sink;
use super::table::{self, map::ColumnMap};
use super::{LogFormat, ReadContext};

/// A format that is read through maps.
pub struct Mapped {
    /// Name for `--format`.
    pub id: &'static str,
    /// What files it reads.
    pub about: &'static str,
    /// Its maps; the first one whose columns a table has is used.
    pub maps: &'static [&'static str],
    /// Why a file may hold no call.
    pub nothing: &'static str,
    /// What to know about every file of the format.
    pub note: Option<&'static str>,
    /// The maps, read once.
    pub parsed: OnceLock<Result<Vec<ColumnMap>, String>>,
}

impl Mapped {
    fn parsed(&self) -> Result<&[ColumnMap], String> {
        let maps = self.parsed.get_or_init(|| self.maps.iter().map(|text| ColumnMap::parse(text)).collect());
        maps.as_deref().map_err(Clone::clone)
    }

    fn map_of(&self, header: &[String]) -> Option<&ColumnMap> {
        let has = |column: &String| header.contains(column);
        self.parsed().ok()?.iter().find(|map| map.detect.iter().all(has))
    }
}

impl LogFormat for Mapped {
    fn id(&self) -> &'static str {
        self.id
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn likeness(&self, head: &Head) -> Likeness {
        if self.map_of(&table::header(head)).is_some() { Likeness::Certain } else { Likeness::None }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        let Some(head) = context.head else { return Err("is empty".to_owned()) };
        let header = table::header(head);
        let map = match self.map_of(&header) {
            Some(map) => map,
            // Named by the user: the first map says what is missing.
            None => self.parsed()?.first().ok_or("has no map")?,
        };
        table::read_with(reader, head, Some(map), sink)?;
        sink.notes.extend(self.note.filter(|_| !sink.calls.is_empty()).map(str::to_owned));
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        self.nothing
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FORMATS, apim, cursor, helicone, openrouter, portkey};
    use super::*;

    fn read(format: &Mapped, text: &str, extension: &str) -> Sink {
        let head = Head::new(text.as_bytes(), extension);
        assert_eq!(format.likeness(&head), Likeness::Certain, "{}", format.id);
        let others = FORMATS
            .iter()
            .filter(|other| other.id() != format.id && other.likeness(&head) == Likeness::Certain);
        assert_eq!(others.map(|other| other.id()).collect::<Vec<_>>(), Vec::<&str>::new(), "{}", format.id);
        let mut sink = Sink::default();
        let context = ReadContext { file: "f", head: Some(&head), map: None };
        format.read(&mut text.as_bytes(), &context, &mut sink).expect("readable");
        assert_eq!(sink.rejects, []);
        sink
    }

    fn buckets(sink: &Sink) -> Vec<[Option<i64>; 4]> {
        sink.calls
            .iter()
            .map(|c| [c.in_uncached, c.in_cache_read, c.in_cache_write_5m, c.out_total])
            .collect()
    }

    #[test]
    fn every_map_is_valid() {
        for format in
            [&openrouter::ACTIVITY, &cursor::CURSOR, &helicone::HELICONE, &portkey::PORTKEY, &apim::APIM]
        {
            assert!(format.parsed().is_ok(), "{:?}", format.parsed());
        }
    }

    #[test]
    fn the_two_input_columns_of_cursor_are_disjoint_and_its_costs_may_be_no_number() {
        let sink = read(
            &cursor::CURSOR,
            "Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost\n\
             2026-06-01T10:00:00Z,Included,claude-4.5-sonnet,No,100,20,300,7,427,\"$1,234.56\"\n\
             2026-06-01T10:00:01Z,On-Demand,auto,No,0,20,0,7,27,NaN\n",
            "csv",
        );
        assert_eq!(
            buckets(&sink),
            [[Some(20), Some(300), Some(100), Some(7)], [Some(20), Some(0), Some(0), Some(7)]]
        );
        assert_eq!(sink.calls[0].cost_reported, crate::units::Usd::parse("1234.56").ok());
        assert_eq!(
            (sink.calls[1].cost_reported, sink.calls[1].quality & super::super::quality::TOTAL_MISMATCH),
            (None, 0)
        );
        let old = read(
            &cursor::CURSOR,
            "Date,Model,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost,Cost to you\n\
             2025-06-01T10:00:00Z,gpt-4o,0,20,0,7,27,$0.10,$0.00\n",
            "csv",
        );
        assert_eq!(buckets(&old), [[Some(20), Some(0), Some(0), Some(7)]]);
    }

    #[test]
    fn a_variant_of_openrouter_is_part_of_the_model_and_cancelled_calls_are_told_apart() {
        let sink = read(
            &openrouter::ACTIVITY,
            "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,streamed\n\
             g1,2026-03-30 02:37:51.271,0.01,10,5,3,4,openai/gpt-5.4,OpenAI,thinking,true,false\n",
            "csv",
        );
        let call = &sink.calls[0];
        assert_eq!(buckets(&sink), [[Some(6), Some(4), None, Some(5)]]);
        assert_eq!(call.model_raw.map(|model| sink.strings.text(model)), Some("openai/gpt-5.4:thinking"));
        assert_eq!(call.status, super::super::call::Status::Cancelled);
    }

    #[test]
    fn the_tables_of_gateways_that_cannot_tell_the_cache_say_so() {
        let cases: [(&Mapped, &str, &str); 3] = [
            (
                &helicone::HELICONE,
                "response_id,response_created_at,response_status,request_created_at,request_body,request_properties,request_user_id,model,prompt_tokens,completion_tokens,latency,cost\n\
                 r1,2026-06-01T10:00:01Z,200,2026-06-01T10:00:00Z,{},{},u,gpt-5.4,10,5,900,0.01\n",
                "csv",
            ),
            (
                &portkey::PORTKEY,
                "{\"id\":\"p1\",\"created_at\":\"2026-06-01T10:00:00Z\",\"ai_org\":\"openai\",\"ai_model\":\"gpt-5.4\",\"req_units\":10,\"res_units\":5,\"total_units\":15,\"cost\":0.2}\n",
                "jsonl",
            ),
            (
                &apim::APIM,
                "TimeGenerated,CorrelationId,RequestId,SequenceNumber,OperationName,DeploymentName,ModelName,PromptTokens,CompletionTokens,TotalTokens,IsStreamCompletion,Region\n\
                 2026-06-01T10:00:00Z,c1,r1,0,chat,mine,gpt-5.4,10,5,15,false,westeurope\n",
                "csv",
            ),
        ];
        for (format, text, extension) in cases {
            let sink = read(format, text, extension);
            assert_eq!(buckets(&sink), [[Some(10), None, None, Some(5)]], "{}", format.id);
            assert_ne!(sink.calls[0].quality & super::super::quality::CACHE_UNKNOWN, 0, "{}", format.id);
            assert_eq!(sink.notes.len(), 1, "{}", format.id);
        }
        let rest = read(
            &helicone::HELICONE,
            "{\"request_id\":\"r1\",\"request_created_at\":\"2026-06-01T10:00:00Z\",\"response_status\":200,\"request_model\":\"claude-opus-5\",\"provider\":\"ANTHROPIC\",\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_cache_read_tokens\":300,\"prompt_cache_write_tokens\":0}\n",
            "jsonl",
        );
        assert_eq!(
            buckets(&rest),
            [[Some(10), Some(300), Some(0), Some(5)]],
            "more cached tokens than input: they are apart"
        );
    }
}
