using System.Text.Json.Nodes;
using MtlStudio.Core.Metrics;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Metrics;

/// <summary>The texts that the reference figures name: corpora, pairs and summaries by id.</summary>
internal static class MetricTexts
{
    public static Dictionary<string, MetricExample[]> All()
    {
        var file = GoldenFile.Read("metrics/texts.json");
        var texts = new Dictionary<string, MetricExample[]>();
        foreach (var corpus in file["corpora"]!.AsArray())
            texts[corpus!["id"].Text()] =
            [
                .. corpus["hyps"].Texts().Select((output, i) => new MetricExample(output,
                    [.. corpus["refs"]!.AsArray().Select(stream => stream!.AsArray()[i]).Where(text => text is not null).Select(text => text.Text())])),
            ];
        foreach (var pair in file["pairs"]!.AsArray()) texts[pair!["id"].Text()] = [new(pair["hyp"].Text(), pair["refs"].Texts())];
        foreach (var summary in file["summaries"]!.AsArray()) texts[summary!["id"].Text()] = [new(summary["prediction"].Text(), summary["refs"].Texts())];
        return texts;
    }

    public static IEnumerable<JsonNode> Cases(string file, string? kind = null) =>
        GoldenFile.Read($"metrics/{file}.json")["cases"]!.AsArray().Where(node => kind is null || node!["kind"].Text() == kind)!;
}
