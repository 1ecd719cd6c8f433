using System.Globalization;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Compare;

/// <summary>Reads the runs that a call names.</summary>
internal static class CompareRuns
{
    public const int Most = 20;

    /// <summary>The numbers in "41,42".</summary>
    /// <exception cref="InvalidInputException">A word that is no number, too few or too many of them.</exception>
    public static IReadOnlyList<long> Parse(string? runs, int fewest = 1)
    {
        var words = (runs ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ids = new List<long>();
        foreach (var word in words)
            if (long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0) ids.Add(id);
            else throw new InvalidInputException("runs", $"Runs must be numbers with commas between, as runs=41,42 (you gave \"{word}\")");
        List<long> distinct = [.. ids.Distinct()];
        if (distinct.Count < fewest || distinct.Count > Most) throw new InvalidInputException("runs", $"Name {fewest} to {Most} runs, as runs=41,42 (you named {distinct.Count})");
        return distinct;
    }

    /// <summary>The runs in the order they are named.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    public static async Task<IReadOnlyList<Run>> GetAsync(this RunReader reader, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        var found = (await reader.ManyAsync(ids, cancellation)).ToDictionary(run => run.Id);
        return [.. ids.Select(id => found.TryGetValue(id, out var run) ? run : throw new RunNotFoundException(id))];
    }
}
