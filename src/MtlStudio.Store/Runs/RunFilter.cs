using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Which runs, in which order, which page. Null or empty filters nothing.</summary>
public sealed record RunFilter
{
    public IReadOnlyList<RunState> States { get; init; } = [];
    /// <summary>Found in name, note or a tag, whatever the case of its letters.</summary>
    public string? Text { get; init; }
    public string? Tag { get; init; }
    public string? Policy { get; init; }
    public string? Model { get; init; }
    /// <summary>A task of the run's mix.</summary>
    public string? Task { get; init; }
    /// <summary>True: baselines only. False: none of them.</summary>
    public bool? Baselines { get; init; }
    /// <summary>True: archived runs only. False (the default): the others. Null: all.</summary>
    public bool? Archived { get; init; } = false;
    /// <summary>One of <see cref="RunReader.SortKeys"/>.</summary>
    public string Sort { get; init; } = "createdAt";
    public bool Descending { get; init; } = true;
    public int Skip { get; init; }
    public int Take { get; init; } = 100;

    internal IQueryable<Run> ApplyTo(IQueryable<Run> runs)
    {
        if (States.Count > 0) runs = runs.Where(run => States.Contains(run.State));
        if (Archived is { } archived) runs = runs.Where(run => run.Archived == archived);
        if (Baselines is { } baselines) runs = runs.Where(run => run.BaselineTask != null == baselines);
        if (Policy is { } policy) runs = runs.Where(run => run.Policy == policy);
        if (Model is { } model) runs = runs.Where(run => run.ModelReference == model);
        if (Tag is { } tag) runs = runs.Where(run => run.Tags.Any(row => row.Tag == tag));
        if (Task is { } task) runs = runs.Where(run => run.Tasks.Any(row => row.Name == task));
        if (!string.IsNullOrWhiteSpace(Text))
        {
            var text = Text.Trim().ToLowerInvariant();
#pragma warning disable CA1862 // becomes SQL, where a StringComparison means nothing
            runs = runs.Where(run => run.Name.ToLower().Contains(text) || run.Note != null && run.Note.ToLower().Contains(text)
                || run.Tags.Any(row => row.Tag.ToLower().Contains(text)));
#pragma warning restore CA1862
        }
        return runs;
    }
}
