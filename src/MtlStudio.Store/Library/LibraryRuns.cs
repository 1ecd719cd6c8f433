using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>
/// The runs that trained a kept task or mix. A run's spec holds its tasks wholly and names no item, so a run belongs to an item whose
/// version says the same: the task's data, template, kind, metrics and role; the mix's tasks with their shares and loss weights, and its
/// sampler. It holds for runs of the command line too, and ends where someone changed the task in the form before the launch.
/// </summary>
internal static class LibraryRuns
{
    /// <summary>Runs that trained one of these versions, the newest first.</summary>
    /// <param name="kind">Task or mix.</param>
    public static async Task<IReadOnlyList<LibraryUser>> OfAsync(StudioContext context, LibraryKind kind, IReadOnlyList<LibraryVersion> versions, CancellationToken cancellation)
    {
        var wanted = kind == LibraryKind.Task ? versions.Select(TaskOf).OfType<TaskSpec>().Select(task => (Data: task.Data.Dataset, Trace: Trace(task))).ToList() : await TracesAsync(context, versions, cancellation);
        var traces = wanted.Select(one => one.Trace).ToHashSet(StringComparer.Ordinal);
        var users = new Dictionary<long, LibraryUser>();
        // The dataset's hash finds the candidates by text; what they trained is read from their specs.
        foreach (var data in wanted.Select(one => one.Data).OfType<string>().Where(data => data.Length > 0).Distinct())
            await foreach (var run in context.Runs.Where(run => run.SpecJson.Contains(data)).Select(run => new { run.Id, run.Name, run.State, run.SpecJson }).AsAsyncEnumerable().WithCancellation(cancellation))
                if (!users.ContainsKey(run.Id) && Read<RunSpec>(run.SpecJson) is { } spec && Holds(spec, kind, traces))
                    users[run.Id] = new("run", run.Id, run.Name, spec.Baseline is { } baseline ? $"{RunStateException.Word(run.State)}, baseline of {baseline.Task}" : RunStateException.Word(run.State));
        return [.. users.Values.OrderByDescending(user => user.Id)];
    }

    /// <summary>A baseline trains its own task alone: of the mix's others it keeps what their draws need.</summary>
    private static bool Holds(RunSpec spec, LibraryKind kind, HashSet<string> traces) => kind == LibraryKind.Mix
        ? spec.Baseline is null && traces.Contains(Trace(spec.Tasks, spec.Sampler))
        : spec.Tasks.Any(task => (spec.Baseline is null || spec.Baseline.Task == task.Name) && traces.Contains(Trace(task)));

    /// <summary>What the versions of a mix say, each with the dataset of one of its tasks.</summary>
    private static async Task<List<(string? Data, string Trace)>> TracesAsync(StudioContext context, IReadOnlyList<LibraryVersion> versions, CancellationToken cancellation)
    {
        var found = new List<(string?, string)>();
        foreach (var mix in versions.Select(version => Read<MixDefinition>(version.BodyJson)).OfType<MixDefinition>())
        {
            var ids = mix.Members.Select(member => member.Task).ToList();
            var tasks = await context.LibraryVersions.AsNoTracking().Where(version => ids.Contains(version.ItemId)).ToListAsync(cancellation);
            var specs = mix.Members.Select(member => tasks.Find(version => version.ItemId == member.Task && version.Number == member.Version) is { } kept && TaskOf(kept) is { } task
                ? task with { Share = member.Share, LossWeight = member.LossWeight } : null).OfType<TaskSpec>().ToList();
            if (specs.Count == mix.Members.Count && specs.Count > 0) found.Add((specs[0].Data.Dataset, Trace(specs, mix.Sampler)));
        }
        return found;
    }

    private static string Trace(TaskSpec task) => JsonSerializer.Serialize(TaskCheck.Bare(task), WireJson.Compact);

    private static string Trace(IReadOnlyList<TaskSpec> tasks, MethodChoice sampler) =>
        string.Join('\n', tasks.Select(task => JsonSerializer.Serialize(task with { Name = "" }, WireJson.Compact)).Order(StringComparer.Ordinal).Append(JsonSerializer.Serialize(sampler, WireJson.Compact)));

    private static TaskSpec? TaskOf(LibraryVersion version) => Read<TaskSpec>(version.BodyJson);

    /// <summary>Null where a newer program wrote what this one does not understand: it is no user that can be named.</summary>
    private static T? Read<T>(string json) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, WireJson.Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
