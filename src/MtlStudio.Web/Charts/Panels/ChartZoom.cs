using System.Text.Json;

namespace MtlStudio.Web.Charts;

/// <summary>What a user's move on a chart asks for.</summary>
/// <param name="Axis">Which x axis, from 0; the first told of where several moved together.</param>
/// <param name="Range">The part of the x axis; null: all of it.</param>
internal sealed record ChartZoom(int Axis, ChartRange? Range)
{
    /// <summary>Null where the x axis stays as it is, as on a change of size or of the y axis. A figure of several panels may tell it of any of its x axes.</summary>
    /// <param name="raw">Plotly's names, as "xaxis2.range[0]", and their new values.</param>
    public static ChartZoom? Of(IEnumerable<KeyValuePair<string, JsonElement>> raw)
    {
        double? from = null, to = null;
        int? axis = null;
        foreach (var (name, value) in raw)
        {
            if (AxisOf(name) is not { } place || axis is not null && axis != place) continue;
            if (name.EndsWith(".autorange", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.True) return new(place, null);
            if (!name.Contains(".range", StringComparison.Ordinal)) continue;
            axis = place;
            if (name.EndsWith(".range[0]", StringComparison.Ordinal)) from = ChartParts.Number(value);
            else if (name.EndsWith(".range[1]", StringComparison.Ordinal)) to = ChartParts.Number(value);
            else if (name.EndsWith(".range", StringComparison.Ordinal) && value is { ValueKind: JsonValueKind.Array } range && range.GetArrayLength() == 2)
                (from, to) = (ChartParts.Number(range[0]), ChartParts.Number(range[1]));
        }
        return from < to ? new(axis!.Value, new ChartRange(from.Value, to.Value)) : null;
    }

    /// <summary>0 of "xaxis.range", 2 of "xaxis3.range[0]"; null of what is about no x axis.</summary>
    private static int? AxisOf(string name)
    {
        const string prefix = "xaxis";
        var end = name.IndexOf('.', StringComparison.Ordinal);
        if (end < prefix.Length || !name.StartsWith(prefix, StringComparison.Ordinal)) return null;
        return end == prefix.Length ? 0 : int.TryParse(name.AsSpan(prefix.Length, end - prefix.Length), out var number) ? number - 1 : null;
    }
}
