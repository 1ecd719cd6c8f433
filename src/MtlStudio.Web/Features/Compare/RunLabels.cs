using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.Compare;

/// <summary>Finds the seeds of one training, and names that tell compared runs apart.</summary>
public static class RunLabels
{
    private const int MostFields = 2;

    /// <summary>Runs that differ in nothing but their seed, together; in the order of each group's first run.</summary>
    public static IReadOnlyList<IReadOnlyList<CompareRun>> Groups(IReadOnlyList<CompareRun> runs) =>
        [.. runs.GroupBy(run => SpecIdentity.Hash(run.Spec with { Seed = 0 })).Select(group => (IReadOnlyList<CompareRun>)[.. group])];

    /// <summary>A label a group: number and name, and where names are alike, the fields in which their specs differ.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<IReadOnlyList<CompareRun>> groups)
    {
        var alike = groups.Select(group => group[0].Run.Name).Distinct().Count() < groups.Count;
        IReadOnlyList<SpecDifference> differences = alike ? [.. SpecDifferences.Among([.. groups.Select(group => group[0].Spec)]).Where(row => row.Field != "baseline.everyTask").Take(MostFields)] : [];
        return [.. groups.Select((group, i) =>
        {
            var number = group.Count > 1 ? string.Join(", ", group.Select(run => run.Id)) : $"{group[0].Id}";
            var what = differences.Count == 0 ? group[0].Run.Name : string.Join(", ", differences.Select(row => Said(row, i)));
            return $"{number} · {what}{(group.Count > 1 ? $" · {group.Count} seeds" : "")}";
        })];
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
