using System.Text.RegularExpressions;
using MtlStudio.Training.Regularization;

namespace MtlStudio.Training.Loop;

/// <summary>Divides what tasks share by kind of layer, by thirds of the depth, and by layer as finely as the number of pairs allows.</summary>
public static partial class LayerGroups
{
    /// <summary>Cosines by layer that one record may hold: more would cost more to keep than they tell.</summary>
    private const int MostCosines = 400;
    private static readonly string[] Thirds = ["lower", "middle", "upper"];

    /// <summary>Whether pairs are looked at by layer; beyond, each task is looked at against the rest.</summary>
    public static bool ByPair(int tasks) => Pairs(tasks) * (Kinds.Length + Thirds.Length) <= MostCosines;

    /// <summary>The groups; one that would hold all there is says nothing of its own and is left out.</summary>
    /// <param name="tasks">That are trained.</param>
    public static IReadOnlyList<LayerGroup> Of(FlatParameters parameters, int tasks)
    {
        var shared = parameters.Places.Where(place => place.Start < parameters.SharedCount).ToList();
        var layers = shared.Max(place => LayerRates.LayerOf(place.Name) ?? -1) + 1;
        var room = ByPair(tasks) ? MostCosines / Math.Max(1, Pairs(tasks)) - Kinds.Length - Thirds.Length : 0;
        var groups = Kinds.Select(kind => Group(kind.Name, place => kind.Pattern.IsMatch(place.Name)))
            .Concat(layers < Thirds.Length ? [] : Bands(layers, Thirds.Length).Select((band, i) => Group(Thirds[i], place => IsIn(place, band))))
            .Concat(layers < 2 || layers == Thirds.Length || room < 2 ? [] : Bands(layers, Math.Min(layers, room)).Select(band => Group(NameOf(band), place => IsIn(place, band))));
        return [.. groups.OfType<LayerGroup>().Where(group => group.Ranges.Sum(range => range.Length) < parameters.SharedCount)];

        LayerGroup? Group(string name, Func<ParameterPlace, bool> belongs) => Joined([.. shared.Where(belongs)]) is { Count: > 0 } ranges ? new(name, ranges) : null;
    }

    private static (string Name, Regex Pattern)[] Kinds { get; } = [("embedding", Embedding()), ("attention", Attention()), ("mlp", Mlp()), ("head", Head())];

    private static int Pairs(int tasks) => tasks * (tasks - 1) / 2;

    private static IEnumerable<(int From, int To)> Bands(int layers, int count) => Enumerable.Range(0, count).Select(i => (i * layers / count, (i + 1) * layers / count - 1));

    private static string NameOf((int From, int To) band) => band.From == band.To ? $"layer-{band.From}" : $"layers-{band.From}-{band.To}";

    private static bool IsIn(ParameterPlace place, (int From, int To) band) => LayerRates.LayerOf(place.Name) is { } layer && layer >= band.From && layer <= band.To;

    private static List<(long Start, long Length)> Joined(List<ParameterPlace> places)
    {
        var ranges = new List<(long Start, long Length)>();
        foreach (var place in places.OrderBy(place => place.Start))
            if (ranges.Count > 0 && ranges[^1].Start + ranges[^1].Length == place.Start) ranges[^1] = (ranges[^1].Start, ranges[^1].Length + place.Length);
            else ranges.Add((place.Start, place.Length));
        return ranges;
    }

    [GeneratedRegex(@"embed|\bwte\b|\bwpe\b|prompt_encoder")]
    private static partial Regex Embedding();

    [GeneratedRegex(@"\.(?:self_attn|attn|attention)\b")]
    private static partial Regex Attention();

    [GeneratedRegex(@"\.(?:mlp|feed_forward|ffn)\b")]
    private static partial Regex Mlp();

    [GeneratedRegex(@"lm_head|\bscore\b")]
    private static partial Regex Head();
}
