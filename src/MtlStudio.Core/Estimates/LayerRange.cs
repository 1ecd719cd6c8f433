using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>Layers as users write them: "0-3,7"; empty: all.</summary>
public static class LayerRange
{
    /// <param name="text">Numbers and ranges, from 0, with commas between.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="field">The field of the text, for the fault.</param>
    /// <returns>Rising, each once.</returns>
    /// <exception cref="InvalidInputException">The text is malformed or names a layer that is not there.</exception>
    public static IReadOnlyList<int> Parse(string? text, int layers, string field)
    {
        if (string.IsNullOrWhiteSpace(text)) return [.. Enumerable.Range(0, layers)];
        var chosen = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !ends.All(end => end.Length is > 0 and < 6 && end.All(char.IsAsciiDigit)) || int.Parse(ends[0]) > int.Parse(ends[^1]))
                throw new InvalidInputException(field, $"Layers must be numbers and ranges such as \"0-3,7\" (you gave \"{part}\")");
            if (int.Parse(ends[^1]) >= layers)
                throw new InvalidInputException(field, $"Layer {ends[^1]} is not there: the model has layers 0 to {layers - 1} (you gave \"{text}\")");
            for (var layer = int.Parse(ends[0]); layer <= int.Parse(ends[^1]); layer++) chosen.Add(layer);
        }
        return [.. chosen];
    }
}
