//! What sellers count: one meter for each thing that has a price of its own, and the prices of all of them.

use super::meters::MeterRates;

/// Something that a seller counts and charges for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meter {
    /// Prompt tokens at the full rate.
    Input,
    /// Prompt tokens read from the cache.
    CacheRead,
    /// Prompt tokens written to the cache for the seller's shortest time, five minutes where it has several.
    CacheWrite5m,
    /// Prompt tokens written to the cache for an hour.
    CacheWrite1h,
    /// Prompt tokens written to the cache for twelve hours.
    CacheWrite12h,
    /// Output tokens.
    Output,
    /// Output tokens that were spent on reasoning.
    OutputReasoning,
    /// Audio tokens of the prompt.
    InputAudio,
    /// Audio tokens of the prompt, read from the cache.
    CacheReadAudio,
    /// Audio tokens of the answer.
    OutputAudio,
    /// Image tokens of the prompt.
    InputImage,
    /// Image tokens of the prompt, read from the cache.
    CacheReadImage,
    /// Image tokens of the answer.
    OutputImage,
    /// Video tokens of the prompt.
    InputVideo,
    /// Video tokens of the answer.
    OutputVideo,
    /// Characters of the prompt.
    InputCharacter,
    /// Requests, whatever they hold.
    Request,
    /// Web searches.
    WebSearch,
    /// Searches of stored files.
    FileSearch,
    /// Runs of a code sandbox.
    CodeExecution,
    /// Pages of documents.
    Page,
    /// Pictures in the answer, where they are sold by the piece.
    Image,
    /// Seconds of audio.
    AudioSecond,
    /// Hours of audio.
    AudioHour,
}

impl Meter {
    /// Every meter, in the order of tables.
    pub const ALL: [Self; 24] = [
        Self::Input,
        Self::CacheRead,
        Self::CacheWrite5m,
        Self::CacheWrite1h,
        Self::CacheWrite12h,
        Self::Output,
        Self::OutputReasoning,
        Self::InputAudio,
        Self::CacheReadAudio,
        Self::OutputAudio,
        Self::InputImage,
        Self::CacheReadImage,
        Self::OutputImage,
        Self::InputVideo,
        Self::OutputVideo,
        Self::InputCharacter,
        Self::Request,
        Self::WebSearch,
        Self::FileSearch,
        Self::CodeExecution,
        Self::Page,
        Self::Image,
        Self::AudioSecond,
        Self::AudioHour,
    ];

    /// The word in sheets and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::CacheRead => "cache_read",
            Self::CacheWrite5m => "cache_write_5m",
            Self::CacheWrite1h => "cache_write_1h",
            Self::CacheWrite12h => "cache_write_12h",
            Self::Output => "output",
            Self::OutputReasoning => "output_reasoning",
            Self::InputAudio => "input_audio",
            Self::CacheReadAudio => "cache_read_audio",
            Self::OutputAudio => "output_audio",
            Self::InputImage => "input_image",
            Self::CacheReadImage => "cache_read_image",
            Self::OutputImage => "output_image",
            Self::InputVideo => "input_video",
            Self::OutputVideo => "output_video",
            Self::InputCharacter => "input_character",
            Self::Request => "request",
            Self::WebSearch => "web_search",
            Self::FileSearch => "file_search",
            Self::CodeExecution => "code_execution",
            Self::Page => "page",
            Self::Image => "image",
            Self::AudioSecond => "audio_second",
            Self::AudioHour => "audio_hour",
        }
    }

    /// The meter of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meter| meter.word() == word)
    }

    /// Whether it is quoted by the million: tokens and characters are, pieces and time are not.
    pub const fn per_million(self) -> bool {
        !matches!(
            self,
            Self::Request
                | Self::WebSearch
                | Self::FileSearch
                | Self::CodeExecution
                | Self::Page
                | Self::Image
                | Self::AudioSecond
                | Self::AudioHour
        )
    }

    /// The unit in which it is quoted.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::InputCharacter => "1M characters",
            Self::Request => "request",
            Self::WebSearch | Self::FileSearch => "search",
            Self::CodeExecution => "run",
            Self::Page => "page",
            Self::Image => "image",
            Self::AudioSecond => "second",
            Self::AudioHour => "hour",
            _ => "1M tokens",
        }
    }

    /// Whether it counts tokens of the prompt: those choose the context tier.
    pub const fn is_prompt(self) -> bool {
        matches!(
            self,
            Self::Input
                | Self::CacheRead
                | Self::CacheWrite5m
                | Self::CacheWrite1h
                | Self::CacheWrite12h
                | Self::InputAudio
                | Self::CacheReadAudio
                | Self::InputImage
                | Self::CacheReadImage
                | Self::InputVideo
        )
    }

    /// The meter whose price holds where this one has none of its own. Sellers that list no cache price bill cached
    /// tokens as input; a meter that stands alone has no stand-in, and without a price its cost is unknown.
    pub const fn stand_in(self) -> Option<Self> {
        match self {
            Self::CacheRead | Self::CacheWrite5m | Self::InputAudio | Self::InputImage | Self::InputVideo => {
                Some(Self::Input)
            }
            Self::CacheWrite1h => Some(Self::CacheWrite5m),
            Self::CacheWrite12h => Some(Self::CacheWrite1h),
            Self::OutputReasoning | Self::OutputAudio | Self::OutputImage | Self::OutputVideo => {
                Some(Self::Output)
            }
            Self::CacheReadAudio | Self::CacheReadImage => Some(Self::CacheRead),
            _ => None,
        }
    }
}

/// Stated prices, in picodollars per one unit of their meter. A meter that is not stated has none: never zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Prices(Vec<(Meter, i64)>);

impl Prices {
    /// The stated price of a meter.
    pub fn stated(&self, meter: Meter) -> Option<i64> {
        self.0.iter().find(|(known, _)| *known == meter).map(|(_, price)| *price)
    }

    /// The price of a meter and the meter that states it, which is another one where a stand-in holds.
    pub fn effective(&self, meter: Meter) -> Option<(i64, Meter)> {
        let mut at = meter;
        loop {
            if let Some(price) = self.stated(at) {
                return Some((price, at));
            }
            at = at.stand_in()?;
        }
    }

    /// States a price, in place of an earlier one.
    pub fn set(&mut self, meter: Meter, price: i64) {
        match self.0.binary_search_by_key(&meter, |(known, _)| *known) {
            Ok(at) => self.0[at].1 = price,
            Err(at) => self.0.insert(at, (meter, price)),
        }
    }

    /// States what another set states and this one does not.
    pub fn fill(&mut self, other: &Self) {
        for (meter, price) in other.iter() {
            if self.stated(meter).is_none() {
                self.set(meter, price);
            }
        }
    }

    /// Takes a price away.
    pub fn clear(&mut self, meter: Meter) {
        self.0.retain(|(known, _)| *known != meter);
    }

    /// Every stated price, in the order of [`Meter::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Meter, i64)> + '_ {
        self.0.iter().copied()
    }

    /// Whether nothing is stated.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is stated and all of it is zero.
    pub fn is_zero(&self) -> bool {
        !self.is_empty() && self.0.iter().all(|(_, price)| *price == 0)
    }

    /// Every price times `change`.
    #[must_use]
    pub fn map(&self, change: impl Fn(i64) -> i64) -> Self {
        Self(self.0.iter().map(|(meter, price)| (*meter, change(*price))).collect())
    }

    /// The rates of the token buckets, stand-ins applied; a bucket without any is marked.
    pub fn rates(&self) -> MeterRates {
        let rate = |meter| self.effective(meter).map(|(price, _)| price);
        let (input, output) = (rate(Meter::Input), rate(Meter::Output));
        let read = rate(Meter::CacheRead);
        let (write_5m, write_1h) = (rate(Meter::CacheWrite5m), rate(Meter::CacheWrite1h));
        let unpriced = [input, read, write_5m, write_1h, output]
            .iter()
            .enumerate()
            .fold(0, |mask, (bit, rate)| mask | u8::from(rate.is_none()) << bit);
        let output = output.unwrap_or(0);
        MeterRates {
            input: input.unwrap_or(0),
            cache_read: read.unwrap_or(0),
            cache_write_5m: write_5m.unwrap_or(0),
            cache_write_1h: write_1h.unwrap_or(0),
            output,
            reasoning: self.stated(Meter::OutputReasoning).map_or(0, |own| own - output),
            request: self.stated(Meter::Request).unwrap_or(0),
            unpriced,
        }
    }
}

impl FromIterator<(Meter, i64)> for Prices {
    fn from_iter<I: IntoIterator<Item = (Meter, i64)>>(prices: I) -> Self {
        let mut all = Self::default();
        for (meter, price) in prices {
            all.set(meter, price);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::TokenBuckets;

    #[test]
    fn every_meter_has_a_word_of_its_own() {
        for meter in Meter::ALL {
            assert_eq!(Meter::from_word(meter.word()), Some(meter));
        }
        assert!(Meter::ALL.is_sorted());
    }

    #[test]
    fn a_missing_cache_price_is_the_input_price_and_an_hour_costs_as_five_minutes() {
        let prices: Prices =
            [(Meter::Input, 2_000_000), (Meter::Output, 8_000_000), (Meter::CacheWrite5m, 3_000_000)]
                .into_iter()
                .collect();
        let rates = prices.rates();
        assert_eq!(
            (rates.cache_read, rates.cache_write_5m, rates.cache_write_1h),
            (2_000_000, 3_000_000, 3_000_000)
        );
        assert_eq!(prices.effective(Meter::CacheWrite12h), Some((3_000_000, Meter::CacheWrite5m)));
        assert_eq!(prices.effective(Meter::WebSearch), None);
    }

    #[test]
    fn a_stated_zero_is_a_price_and_a_missing_one_is_not() {
        let prices: Prices = [(Meter::Input, 5), (Meter::CacheRead, 0)].into_iter().collect();
        let rates = prices.rates();
        let call = |read, out| TokenBuckets { fresh: 1, read, out, ..TokenBuckets::default() };
        assert!(rates.knows(&call(7, 0)));
        assert_eq!(rates.cost(&call(7, 0)), 5);
        assert!(!rates.knows(&call(0, 1)));
    }

    #[test]
    fn prices_are_changed_and_taken_away() {
        let mut prices = Prices::default();
        prices.set(Meter::Output, 10);
        prices.set(Meter::Input, 2);
        assert_eq!(
            prices.map(|price| 3 * price).iter().collect::<Vec<_>>(),
            [(Meter::Input, 6), (Meter::Output, 30)]
        );
        prices.clear(Meter::Input);
        assert_eq!(prices.iter().collect::<Vec<_>>(), [(Meter::Output, 10)]);
    }

    #[test]
    fn what_is_of_the_prompt_and_what_stands_in() {
        use Meter::*;
        for prompt in [Input, CacheRead, CacheWrite5m, CacheWrite1h, InputAudio, CacheReadImage, InputVideo] {
            assert!(prompt.is_prompt(), "{prompt:?}");
        }
        assert!(!Output.is_prompt() && !OutputReasoning.is_prompt() && !OutputAudio.is_prompt());
        for (meter, stand_in) in [
            (OutputReasoning, Some(Output)),
            (OutputImage, Some(Output)),
            (InputAudio, Some(Input)),
            (CacheReadAudio, Some(CacheRead)),
            (CacheWrite12h, Some(CacheWrite1h)),
            (Output, None),
            (Input, None),
        ] {
            assert_eq!(meter.stand_in(), stand_in, "{meter:?}");
        }
    }

    #[test]
    fn reasoning_has_its_own_price_where_one_is_stated() {
        let mut prices: Prices = [(Meter::Input, 1), (Meter::Output, 10)].into_iter().collect();
        let call = TokenBuckets { out: 100, reasoning: 60, ..TokenBuckets::default() };
        assert_eq!(prices.rates().cost(&call), 1_000);
        prices.set(Meter::OutputReasoning, 3);
        assert_eq!(prices.rates().cost(&call), 40 * 10 + 60 * 3);
    }

    #[test]
    fn what_is_not_a_token_is_not_quoted_as_one() {
        let unit = |meter: Meter| meter.unit();
        assert_eq!(unit(Meter::InputCharacter), "1M characters");
        assert_eq!((unit(Meter::AudioSecond), unit(Meter::AudioHour)), ("second", "hour"));
        for meter in Meter::ALL {
            assert_eq!(meter.per_million(), meter.unit().starts_with("1M"), "{meter:?}");
        }
    }

    #[test]
    fn free_is_only_what_is_stated_as_zero() {
        let mut prices = Prices::default();
        assert!(prices.is_empty() && !prices.is_zero());
        prices.set(Meter::Input, 0);
        assert!(prices.is_zero());
        prices.set(Meter::Output, 3);
        assert!(!prices.is_zero());
        assert_eq!(prices.iter().collect::<Vec<_>>(), [(Meter::Input, 0), (Meter::Output, 3)]);
        let mut other = Prices::default();
        other.set(Meter::Input, 9);
        other.fill(&prices);
        assert_eq!((other.stated(Meter::Input), other.stated(Meter::Output)), (Some(9), Some(3)));
    }
}
