using MtlStudio.Core.Tokenizers.Patterns;
using MtlStudio.Core.Tokenizers.PreTokenizers;
using MtlStudio.Core.Tokenizers.Unicode;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads the pre-tokenizer of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    public static IPreTokenizer Read(JsonPart part) => part.Need("type").Text() switch
    {
        "Sequence" => new SequencePreTokenizer([.. part.Need("pretokenizers").Items().Select(Read)]),
        "ByteLevel" => new ByteLevelPreTokenizer(part.Flag("add_prefix_space", true), part.Flag("use_regex", true)),
        "Metaspace" => new MetaspacePreTokenizer(part.Text("replacement") ?? "\u2581", Scheme(part), part.Flag("split", true)),
        "Split" => new PatternPreTokenizer(Pattern(part), Behavior(part)),
        "Whitespace" => CharacterPreTokenizers.Whitespace(),
        "WhitespaceSplit" => CharacterPreTokenizers.WhitespaceSplit(),
        "BertPreTokenizer" => CharacterPreTokenizers.Bert(),
        "Punctuation" => CharacterPreTokenizers.Punctuation(Behavior(part)),
        "Digits" => CharacterPreTokenizers.Digits(part.Flag("individual_digits", false)),
        "CharDelimiterSplit" => CharacterPreTokenizers.CharDelimiter(Delimiter(part.Need("delimiter"))),
        "UnicodeScripts" => new ScriptPreTokenizer(),
        "FixedLength" => new FixedLengthPreTokenizer(Length(part.Need("length"))),
        var other => throw part.Fault($"has the type \"{other}\", which isn't known here: a file that newer software wrote may need a newer MtlStudio"),
    };

    /// <summary>The scheme of Metaspace; files from before it existed say add_prefix_space.</summary>
    public static PrependScheme Scheme(JsonPart part) => part.Maybe("prepend_scheme") is not { } scheme
        ? part.Flag("add_prefix_space", true) ? PrependScheme.Always : PrependScheme.Never
        : scheme.Text() switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw scheme.Fault($"must be always, first or never (it is {other})"),
        };

    private static IPattern Pattern(JsonPart part)
    {
        var pattern = PatternReader.Read(part.Need("pattern"));
        return part.Flag("invert", false) ? new InvertedPattern(pattern) : pattern;
    }

    private static SplitBehavior Behavior(JsonPart part) => part.Maybe("behavior") is not { } behavior ? SplitBehavior.Isolated
        : Enum.TryParse<SplitBehavior>(behavior.Text().Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) ? value
        : throw behavior.Fault($"must be Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous (it is {behavior.Text()})");

    private static int Delimiter(JsonPart part)
    {
        var text = part.Text();
        return text.Length > 0 && Runes.At(text, 0, out var length) is var codePoint && length == text.Length
            ? codePoint : throw part.Fault($"must be one character (it is \"{text}\")");
    }

    private static int Length(JsonPart part) => part.Integer() is > 0 and var length ? length : throw part.Fault($"must be at least 1 (it is {part.Integer()})");
}
