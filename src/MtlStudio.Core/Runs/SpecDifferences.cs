namespace MtlStudio.Core.Runs;

/// <summary>One field that several specs do not agree on.</summary>
/// <param name="Field">As <see cref="SpecValue.Field"/>; <c>tasks[qa]</c> itself where some specs have no such task.</param>
/// <param name="Values">A value a spec, in their order; null where the spec has none.</param>
public sealed record SpecDifference(string Field, IReadOnlyList<string?> Values);

/// <summary>Finds the fields in which specs differ.</summary>
public static class SpecDifferences
{
    /// <summary>What <see cref="SpecDifference.Values"/> says of a task that a spec has and others lack.</summary>
    public const string Present = "in the mix";

    /// <summary>
    /// The fields that are not alike in all specs, in the specs' own order. Tasks meet by name; of a task that some lack, one row says so and the
    /// others are compared among those that have it. An option that only some of the methods know counts where it is not at its default.
    /// </summary>
    public static IReadOnlyList<SpecDifference> Among(IReadOnlyList<RunSpec> specs)
    {
        var flat = specs.Select(spec => SpecValues.Of(spec).ToDictionary(value => value.Field)).ToArray();
        var found = new List<SpecDifference>();
        var named = new HashSet<string>();
        foreach (var field in Ordered(flat))
        {
            var task = TaskOf(field);
            if (task is not null && named.Add(task) && specs.Any(spec => !Has(spec, task)))
                found.Add(new($"tasks[{task}]", [.. specs.Select(spec => Has(spec, task) ? Present : null)]));
            var given = flat.Where((_, i) => task is null || Has(specs[i], task)).Select(values => values.GetValueOrDefault(field)).ToList();
            if (IsDifferent(given)) found.Add(new(field, [.. flat.Select(values => values.GetValueOrDefault(field)?.Text)]));
        }
        return found;
    }

    /// <summary>What a spec sets otherwise than a new one would, each beside the default: what there is to know of a run beside its name.</summary>
    public static IReadOnlyList<SpecDifference> FromDefaults(RunSpec spec) =>
        Among([spec, new RunSpec { Tasks = [.. spec.Tasks.Select(task => new TaskSpec { Name = task.Name })] }]);

    private static bool IsDifferent(List<SpecValue?> given)
    {
        var present = given.OfType<SpecValue>().ToList();
        if (present.Select(value => value.Text).Distinct().Skip(1).Any()) return true;
        return present.Count < given.Count && present.Any(value => !value.IsMethodDefault);
    }

    /// <summary>All fields, each where the first spec that has it has it: what a later spec adds comes after the field it follows there.</summary>
    private static List<string> Ordered(IEnumerable<Dictionary<string, SpecValue>> flat)
    {
        var order = new List<string>();
        var known = new HashSet<string>();
        foreach (var values in flat)
        {
            var after = -1;
            foreach (var field in values.Keys)
                if (known.Add(field)) order.Insert(++after, field);
                else after = order.IndexOf(field);
        }
        return order;
    }

    private static bool Has(RunSpec spec, string task) => spec.Tasks.Any(own => own.Name == task);

    private static string? TaskOf(string field) => field.StartsWith("tasks[", StringComparison.Ordinal) ? field["tasks[".Length..field.LastIndexOf(']')] : null;
}
