using System.Text.Json;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Staging;

/// <summary>Makes datasets, tasks and a mix of files, in one go.</summary>
public sealed class StartMaker(DatasetLibrary datasets, TaskLibrary tasks, MixLibrary mixes)
{
    /// <summary>From so many times the smallest task's examples on, the largest one would drown it.</summary>
    private const double Uneven = 10;

    /// <exception cref="StartFaultException">Some items cannot be imported, or their tasks do not hold; no task and no mix was made.</exception>
    /// <exception cref="InvalidInputException">There are no items.</exception>
    public async Task<StartOutcome> MakeAsync(StartPlan plan, IProgress<StartProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (plan.Items.Count == 0) throw new InvalidInputException("items", "There is nothing to make: take at least one dataset");
        var faults = new Dictionary<int, IReadOnlyList<FieldError>>();
        var specs = new List<TaskSpec>();
        for (var i = 0; i < plan.Items.Count; i++)
        {
            var (item, at) = (plan.Items[i], i);
            try
            {
                var options = item.Import with { Name = await FreeDatasetNameAsync(item, cancellation) };
                var kept = await datasets.ImportAsync(item.Files, options, progress: new Relay(done => progress?.Report(new(at, plan.Items.Count, item.Name, done.Rows, done.Bytes, done.TotalBytes))), cancellation: cancellation);
                var spec = item.Task with { Data = new() { Dataset = kept.Entry.Version.Hash } };
                if (await tasks.CheckAsync(spec, cancellation) is { Count: > 0 } errors) faults.Add(i, errors);
                specs.Add(spec);
            }
            catch (InvalidInputException fault)
            {
                faults.Add(i, fault.Errors);
            }
        }
        if (faults.Count > 0) throw new StartFaultException(faults);
        progress?.Report(new(plan.Items.Count, plan.Items.Count, plan.MixName, 0, 0, 0));
        var made = new List<TaskEntry>();
        foreach (var (item, spec) in plan.Items.Zip(specs)) made.Add(await KeepTaskAsync(item.Name, spec, cancellation));
        return new(await KeepMixAsync(plan.MixName, made, cancellation), made);
    }

    /// <summary>The name, unless a dataset of other columns has it: files that are called alike are no versions of one another.</summary>
    private async Task<string> FreeDatasetNameAsync(StartItem item, CancellationToken cancellation)
    {
        var columns = item.Import.Read.ColumnNames;
        var named = (await datasets.ListAsync(new() { Text = item.Name, Archived = null, Take = 1000 }, cancellation)).Items;
        for (var n = 1; ; n++)
        {
            var name = n == 1 ? item.Name : $"{item.Name} ({n})";
            var known = named.FirstOrDefault(entry => entry.Item.Name == name);
            if (known is null || (columns is not null && known.Manifest.Columns.SequenceEqual(columns)) || (columns is null && Uses(item.Task, known.Manifest.Columns))) return name;
        }
    }

    private static bool Uses(TaskSpec task, IReadOnlyList<string> columns) => TaskTemplate.Of(task).Check(columns).Count == 0;

    /// <summary>A task that is equal is taken as it stands; another one of the name leaves this one the next number.</summary>
    private async Task<TaskEntry> KeepTaskAsync(string name, TaskSpec spec, CancellationToken cancellation)
    {
        for (var n = 1; ; n++)
        {
            var free = n == 1 ? name : $"{name}-{n}";
            if (await tasks.FindAsync(free, cancellation) is not { } known) return await tasks.CreateAsync(free, spec, cancellation: cancellation);
            if (Body(known.Task) == Body(spec)) return known;
        }
    }

    private async Task<MixEntry> KeepMixAsync(string name, List<TaskEntry> made, CancellationToken cancellation)
    {
        var sizes = made.ConvertAll(task => Math.Max(1, task.Version.Size));
        var mix = new MixDefinition
        {
            Members = [.. made.Select(task => new MixMember { Task = task.Item.Id, Version = task.Version.Number })],
            Sampler = sizes.Max() >= Uneven * sizes.Min()
                ? new("temperature") { Options = new Dictionary<string, JsonElement> { ["T"] = JsonSerializer.SerializeToElement(2) } }
                : new("proportional"),
        };
        var known = (await mixes.ListAsync(new() { Text = name, Archived = null, Take = 1000 }, cancellation)).Items.Select(entry => entry.Item.Name).ToHashSet(StringComparer.Ordinal);
        var free = name;
        for (var n = 2; known.Contains(free); n++) free = $"{name} ({n})";
        return await mixes.CreateAsync(free, mix, cancellation: cancellation);
    }

    private static string Body(TaskSpec task) => JsonSerializer.Serialize(TaskCheck.Bare(task), WireJson.Compact);

    /// <summary>Unlike Progress&lt;T&gt;, it tells at once and in order.</summary>
    private sealed class Relay(Action<ImportProgress> tell) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => tell(value);
    }
}
