using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.Compare;

/// <summary>Finds the seeds of one training, and names that tell compared runs apart.</summary>
public static class RunLabels
{
    private const int MostFields = 2;

    /// <summary>Runs that differ in nothing but their seed, together; in the order of each group's first run.</summary>
    public static IReadOnlyList<IReadOnlyList<CompareRun>> Groups(IReadOnlyList<CompareRun> runs) =>
        [.. runs.GroupBy(run => run.SeedGroup).Select(group => (IReadOnlyList<CompareRun>)[.. group])];

    /// <summary>A label a group: its numbers and what its names say that others' do not; where names are alike, the fields in which their specs differ.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<IReadOnlyList<CompareRun>> groups)
    {
        List<string> names = [.. groups.Select(NameOf)];
        var differences = names.Distinct().Count() < groups.Count ? Differences(groups) : [];
        var apart = SharedName.Apart(names);
        return [.. groups.Select((group, i) =>
        {
            var what = differences.Count == 0 ? apart[i] : string.Join(", ", differences.Select(row => Said(row, i)));
            return $"{string.Join(", ", group.Select(run => run.Id))} · {what}{(group.Count > 1 ? $" · {group.Count} seeds" : "")}";
        })];
    }

    /// <summary>The run's name; of several seeds, what their names have in common.</summary>
    public static string NameOf(IReadOnlyList<CompareRun> group) => SharedName.Of([.. group.Select(run => run.Run.Name)]);

    private static IReadOnlyList<SpecDifference> Differences(IReadOnlyList<IReadOnlyList<CompareRun>> groups)
    {
        // Groups of seeds differ in something else, and a seed is no name for several.
        var hasSeeds = groups.Select(group => group[0].SeedGroup).Distinct().Count() < groups.Count;
        return [.. SpecDifferences.Among([.. groups.Select(group => group[0].Spec)]).Where(row => row.Field != "baseline.everyTask" && (hasSeeds || row.Field != "seed")).Take(MostFields)];
    }

    /// <summary>"pcgrad" where a name says it all, else "seed 2".</summary>
    private static string Said(SpecDifference row, int place)
    {
        var value = row.Values[place] ?? "–";
        if (value.Length > 24) value = value[..23] + "…";
        var field = row.Field[(row.Field.LastIndexOf('.') + 1)..];
        return field == "name" || value == SpecDifferences.Present ? value : $"{field} {value}";
    }
}
