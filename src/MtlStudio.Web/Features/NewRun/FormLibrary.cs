using MtlStudio.Core.Datasets;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>A model that the form offers.</summary>
/// <param name="Reference">How a spec names it.</param>
public sealed record FormModel(string Reference, string Name, ModelFacts About, string? Licence)
{
    /// <summary>"LlamaForCausalLM · 870 k parameters · 3.4 MiB · apache-2.0".</summary>
    public string Facts => string.Join(" · ", new[]
    {
        About.Architecture, About.Parameters > 0 ? $"{Format.Count(About.Parameters)} parameters" : "", Format.Bytes(About.Bytes), Licence ?? "",
    }.Where(part => part.Length > 0));
}

/// <summary>A dataset version that the form offers.</summary>
public sealed record FormDataset(string Reference, string Name, IReadOnlyList<string> Columns, int Train)
{
    /// <summary>"3,000 training examples · columns review, label".</summary>
    public string Facts => $"{Format.Count(Train)} training examples · columns {string.Join(", ", Columns)}";
}

/// <summary>A kept task in one of its versions.</summary>
/// <param name="IsNewest">It is the task's newest version.</param>
public sealed record FormTask(string Name, int Version, bool IsNewest, TaskSpec Spec, long Train)
{
    /// <summary>Of the picker: the same task has several versions.</summary>
    public string Key => $"{Name}@{Version}";

    public string Facts => $"{(IsNewest ? $"version {Version}, the newest" : $"version {Version}")} · {TaskKinds.Title(Spec.Kind)} · {Format.Count(Train)} training examples";
}

/// <summary>What the form chooses among: the library's models, datasets and tasks, and what the spec itself names.</summary>
public sealed record FormLibrary(IReadOnlyList<FormModel> Models, IReadOnlyList<FormDataset> Datasets, IReadOnlyList<FormTask> Tasks)
{
    public static FormLibrary Empty { get; } = new([], [], []);

    public FormModel? Model(string? reference) => Models.FirstOrDefault(model => model.Reference == reference);

    public FormDataset? Dataset(string? reference) => Datasets.FirstOrDefault(dataset => dataset.Reference == reference);

    /// <summary>True where every word is found somewhere in the entry's name or facts.</summary>
    public static bool Matches(string entry, string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => entry.Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Reads what the form chooses among.</summary>
public sealed class FormLibraryReader(ModelLibrary models, DatasetLibrary datasets, TaskLibrary tasks)
{
    /// <summary>Most entries of a kind; beyond them one goes by the Data pages.</summary>
    private const int Most = 1000;
    private static readonly LibraryFilter ByName = new() { Sort = "name", Descending = false, Take = Most };

    public async Task<FormLibrary> ReadAsync(CancellationToken cancellation = default)
    {
        var kept = new List<FormTask>();
        foreach (var entry in (await tasks.ListAsync(ByName, cancellation)).Items)
            for (var version = entry.Item.Latest; version > 0 && kept.Count < Most; version--)
                kept.Add(Task(version == entry.Version.Number ? entry : await tasks.GetAsync(entry.Item.Id, version, cancellation)));
        return new(
            [.. (await models.ListAsync(ByName, cancellation)).Items.Select(Model)],
            [.. (await datasets.ListAsync(ByName, cancellation)).Items.Select(Dataset)],
            kept);
    }

    /// <summary>The library with what a spec names beside the newest versions: an older model, an older dataset.</summary>
    public async Task<FormLibrary> WithAsync(FormLibrary library, RunSpec spec, CancellationToken cancellation = default)
    {
        var (model, data) = (new List<FormModel>(), new List<FormDataset>());
        if (library.Model(spec.Model.Path) is null && await models.FindAsync(spec.Model.Path, cancellation) is { } older) model.Add(Model(older));
        foreach (var reference in spec.Tasks.Select(task => task.Data.Dataset).OfType<string>().Distinct())
            if (library.Dataset(reference) is null && await datasets.FindAsync(reference, cancellation) is { } found) data.Add(Dataset(found));
        return model.Count + data.Count == 0 ? library : library with { Models = [.. library.Models, .. model], Datasets = [.. library.Datasets, .. data] };
    }

    private static FormModel Model(ModelEntry entry) => new(entry.Version.Hash, Named(entry.Item, entry.Version), entry.Facts, entry.Item.Licence ?? entry.Facts.Licence);

    private static FormDataset Dataset(DatasetEntry entry) => new(entry.Version.Hash, Named(entry.Item, entry.Version), entry.Manifest.Columns, entry.Manifest.Splits[SplitNames.Train].Rows);

    private static FormTask Task(TaskEntry entry) => new(entry.Item.Name, entry.Version.Number, entry.Version.Number == entry.Item.Latest, entry.Task, entry.Version.Size);

    private static string Named(LibraryItem item, LibraryVersion version) => version.Number == item.Latest ? item.Name : $"{item.Name} (version {version.Number})";
}
