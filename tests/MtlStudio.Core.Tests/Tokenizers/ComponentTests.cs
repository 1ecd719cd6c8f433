using System.Text.Json;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Loading;
using MtlStudio.Core.Tokenizers.PreTokenizers;
using MtlStudio.Core.Tokenizers.Text;
using static MtlStudio.Core.Tests.Tokenizers.TokenizerGoldens;

namespace MtlStudio.Core.Tests.Tokenizers;

/// <summary>Normalizers, pre-tokenizers and decoders one by one against the reference's figures.</summary>
public sealed class ComponentTests
{
    private static readonly Lazy<JsonElement> Golden = new(() => Read("goldens/tokenizers/components.json"));

    [Fact]
    public void Normalize_GivesTheReferenceTexts_WhenEachNormalizerRuns()
    {
        List<string> differences = [];
        var checks = 0;
        foreach (var entry in Golden.Value.GetProperty("normalizers").EnumerateArray())
        {
            var normalizer = NormalizerReader.Read(Part(Resolved(entry.GetProperty("config"))));
            foreach (var item in entry.GetProperty("cases").EnumerateArray())
            {
                checks++;
                foreach (var tracked in new[] { false, true })
                {
                    var text = new string(normalizer.Normalize(AlignedText.Of(Text(item), tracked), continues: false).Span);
                    if (text != item.GetProperty("out").GetString())
                        differences.Add($"{Name(entry)} of {Show(Text(item))}: {Show(text)}, expected {Show(item.GetProperty("out").GetString())}");
                }
            }
        }
        AssertNone(differences, checks);
    }

    [Fact]
    public void Split_GivesTheReferencePieces_WhenEachPreTokenizerRuns()
    {
        List<string> differences = [];
        var checks = 0;
        foreach (var entry in Golden.Value.GetProperty("pre_tokenizers").EnumerateArray())
        {
            var splitter = PreTokenizerReader.Read(Part(entry.GetProperty("config")));
            foreach (var item in entry.GetProperty("cases").EnumerateArray())
            {
                checks++;
                var text = Text(item);
                var pieces = Split(splitter, text);
                var points = new CodePointOffsets(text);
                var difference = CompareOffsets(item, [.. pieces.SelectMany(piece => new[] { points[piece.Text.StartOf(piece.From)], points[piece.Text.EndOf(piece.To - 1)] })]);
                string[] texts = [.. pieces.Select(piece => new string(piece.Span))];
                if (item.TryGetProperty("p", out var expected) && !expected.EnumerateArray().Select(p => p.GetString()!).SequenceEqual(texts))
                    difference ??= $"pieces {string.Join('|', texts)}, expected {expected.GetRawText()}";
                if (difference is not null) differences.Add($"{Name(entry)} of {Show(text)}: {difference}");
            }
        }
        AssertNone(differences, checks);
    }

    [Fact]
    public void Decode_GivesTheReferenceTexts_WhenEachDecoderRuns()
    {
        List<string> differences = [];
        var checks = 0;
        foreach (var entry in Golden.Value.GetProperty("decoders").EnumerateArray())
        {
            var decoder = DecoderReader.Read(Part(entry.GetProperty("config")));
            foreach (var item in entry.GetProperty("cases").EnumerateArray())
            {
                var text = string.Concat(decoder.Decode([.. item.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!)]));
                // Where the reference panics any text will do.
                if (!item.TryGetProperty("out", out var expected)) continue;
                checks++;
                if (text != expected.GetString()) differences.Add($"{Name(entry)} of {item.GetProperty("tokens").GetRawText()}: {Show(text)}, expected {expected.GetRawText()}");
            }
        }
        AssertNone(differences, checks);
    }

    private static List<Piece> Split(IPreTokenizer splitter, string text) =>
        text.Length == 0 ? [] : splitter.Split([new(AlignedText.Of(text, tracked: true), 0, text.Length)], continues: false);

    private static JsonPart Part(JsonElement element) => JsonPart.Root(element, "component");

    private static string Name(JsonElement entry) => entry.GetProperty("config").GetRawText() is { Length: > 160 } text ? text[..160] : entry.GetProperty("config").GetRawText();

    /// <summary>Puts the charsmap in that the figures refer to.</summary>
    private static JsonElement Resolved(JsonElement config)
    {
        if (config.GetProperty("type").GetString() != "Precompiled") return config;
        var file = config.GetProperty("precompiled_charsmap").GetString()!["@normalizer of ".Length..];
        var normalizer = Read($"goldens/tokenizers/{file}").GetProperty("normalizer");
        var rules = normalizer.TryGetProperty("normalizers", out var parts) ? parts.EnumerateArray().First(part => part.GetProperty("type").GetString() == "Precompiled") : normalizer;
        return rules;
    }
}
