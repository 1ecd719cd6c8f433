using System.Text.Json;
using Plotly.Blazor.Interop;

namespace MtlStudio.Web.Charts;

/// <summary>What a user's move on a chart asks for.</summary>
/// <param name="Range">The part of the x axis; null: all of it.</param>
internal sealed record ChartZoom(ChartRange? Range)
{
    /// <summary>Null where the x axis stays as it is, as on a change of size or of the y axis. A figure of several panels may tell it of any of its x axes.</summary>
    public static ChartZoom? Of(RelayoutEventData change) => change.RawData is { } raw ? Of(raw) : null;

    internal static ChartZoom? Of(IEnumerable<KeyValuePair<string, JsonElement>> raw)
    {
        double? from = null, to = null;
        foreach (var (name, value) in raw)
        {
            if (!name.StartsWith("xaxis", StringComparison.Ordinal)) continue;
            if (name.EndsWith(".autorange", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.True) return new((ChartRange?)null);
            if (name.EndsWith(".range[0]", StringComparison.Ordinal)) from = ChartParts.Number(value);
            else if (name.EndsWith(".range[1]", StringComparison.Ordinal)) to = ChartParts.Number(value);
            else if (name.EndsWith(".range", StringComparison.Ordinal) && value is { ValueKind: JsonValueKind.Array } range && range.GetArrayLength() == 2)
                (from, to) = (ChartParts.Number(range[0]), ChartParts.Number(range[1]));
        }
        return from < to ? new(new ChartRange(from.Value, to.Value)) : null;
    }
}
