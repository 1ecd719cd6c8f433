using MtlStudio.Core.Catalog;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>Kept mixes: tasks with shares and loss weights, and a sampler. An edit makes a new version; a version never changes.</summary>
public sealed class MixLibrary(LibraryStore store, LibraryReader reader, ModelLibrary models)
{
    /// <summary>Keeps a new mix. Members of version 0 get their task's newest.</summary>
    /// <exception cref="InvalidInputException">Every fault of the mix, by its field; or the name is taken.</exception>
    public async Task<MixEntry> CreateAsync(string name, MixDefinition mix, string? note = null, CancellationToken cancellation = default)
    {
        var (content, _) = await CheckedAsync(mix, null, cancellation);
        return await EntryAsync(await store.CreateAsync(LibraryKind.Mix, name, content, new() { Note = note }, cancellation), cancellation);
    }

    /// <summary>Keeps an edit as the mix's next version; what equals the newest one changes nothing.</summary>
    /// <exception cref="LibraryNotFoundException"/>
    /// <exception cref="InvalidInputException">Every fault, by its field.</exception>
    public async Task<MixEntry> AddVersionAsync(long id, MixDefinition mix, string? change = null, CancellationToken cancellation = default)
    {
        var (content, _) = await CheckedAsync(mix, change, cancellation);
        return await EntryAsync(await store.AddVersionAsync(LibraryKind.Mix, id, content, cancellation), cancellation);
    }

    public async Task<Page<MixEntry>> ListAsync(LibraryFilter? filter = null, CancellationToken cancellation = default)
    {
        var page = await reader.ListAsync(LibraryKind.Mix, filter ?? new(), cancellation);
        var mixes = page.Items.Select(entry => (Entry: entry, Mix: LibraryJson.Read<MixDefinition>(entry.Version))).ToList();
        var tasks = await TasksAsync(mixes.SelectMany(mix => mix.Mix.Members), cancellation);
        return new([.. mixes.Select(mix => Entry(mix.Entry, mix.Mix, tasks))], page.Total);
    }

    /// <exception cref="LibraryNotFoundException"/>
    public async Task<MixEntry> GetAsync(long id, int? version = null, CancellationToken cancellation = default) =>
        await EntryAsync(await reader.FindAsync(LibraryKind.Mix, id, version, cancellation) ?? throw new LibraryNotFoundException(LibraryKind.Mix, version is null ? $"{id}" : $"{id} in version {version}"), cancellation);

    /// <summary>A spec that is ready for New run: the mix's tasks, shares, loss weights and sampler, everything else as it usually is.</summary>
    /// <param name="version">Null: the newest.</param>
    /// <param name="model">"sha256:…" of a kept model; null: the one trained last.</param>
    /// <exception cref="LibraryNotFoundException"/>
    public async Task<RunSpec> ToSpecAsync(long id, int? version = null, string? model = null, CancellationToken cancellation = default)
    {
        var entry = await GetAsync(id, version, cancellation);
        return ToSpec(entry.Item.Name, entry.Mix.Sampler, entry.Specs, model ?? (await models.UsualAsync(cancellation))?.Version.Hash ?? "");
    }

    /// <summary>The mix's tasks, each in the version that the mix names.</summary>
    /// <exception cref="InvalidInputException">A task or version is not there, or comes twice; a number is out of range.</exception>
    public async Task<IReadOnlyList<MixTask>> ResolveAsync(MixDefinition mix, CancellationToken cancellation = default)
    {
        var known = await TasksAsync(mix.Members, cancellation);
        var (errors, found) = (new List<FieldError>(), new List<MixTask>());
        for (var i = 0; i < mix.Members.Count; i++)
        {
            var member = mix.Members[i];
            if (!known.TryGetValue((member.Task, member.Version), out var task))
                errors.Add(new($"members[{i}].{(member.Version == 0 ? "task" : "version")}", $"There is no task {member.Task}{(member.Version == 0 ? "" : $" in version {member.Version}")}: choose one of the library"));
            else if (found.Any(other => other.Entry.Item.Id == member.Task)) errors.Add(new($"members[{i}].task", $"{task.Item.Name} is in the mix already: a task takes part once"));
            else found.Add(new(member with { Version = task.Version.Number }, task));
        }
        return errors.Count == 0 ? found : throw new InvalidInputException(errors);
    }

    internal static RunSpec ToSpec(string name, MethodChoice sampler, IReadOnlyList<TaskSpec> specs, string model) => new()
    {
        Name = name,
        Model = new() { Path = model },
        Tasks = specs,
        Sampler = sampler,
        // Loss weights count under the fixed policy only: a mix that says some would be silently ignored under another.
        Weighting = new() { Name = specs.Select(task => task.LossWeight).Distinct().Count() > 1 ? "fixed" : new WeightingSpec().Name },
    };

    private async Task<MixEntry> EntryAsync(LibraryEntry entry, CancellationToken cancellation)
    {
        var mix = LibraryJson.Read<MixDefinition>(entry.Version);
        return Entry(entry, mix, await TasksAsync(mix.Members, cancellation));
    }

    private static MixEntry Entry(LibraryEntry entry, MixDefinition mix, IReadOnlyDictionary<(long, int), TaskEntry> tasks) =>
        new(entry.Item, entry.Version, mix, [.. mix.Members.Where(member => tasks.ContainsKey((member.Task, member.Version))).Select(member => new MixTask(member, tasks[(member.Task, member.Version)]))]);

    private async Task<IReadOnlyDictionary<(long, int), TaskEntry>> TasksAsync(IEnumerable<MixMember> members, CancellationToken cancellation) =>
        (await reader.FindManyAsync(LibraryKind.Task, [.. members.Select(member => (member.Task, member.Version)).Distinct()], cancellation)).ToDictionary(pair => pair.Key, pair => TaskLibrary.Entry(pair.Value));

    private async Task<(LibraryContent, IReadOnlyList<MixTask>)> CheckedAsync(MixDefinition mix, string? change, CancellationToken cancellation)
    {
        var resolved = await ResolveAsync(mix, cancellation);
        var specs = resolved.Select(task => task.Entry.Task with { Share = task.Member.Share, LossWeight = task.Member.LossWeight }).ToList();
        var errors = RunSpecValidator.Validate(ToSpec("mix", mix.Sampler, specs, "-")).Select(Told).ToList();
        if (errors.Count > 0) throw new InvalidInputException(errors);
        var body = LibraryJson.Write(mix with { Members = [.. resolved.Select(task => task.Member)] });
        return (new(LibraryJson.Hash(body), body, resolved.Count, 0, [.. resolved.Select(task => LibraryLink.ItemKey(LibraryKind.Task, task.Entry.Item.Id))]) { Note = change }, resolved);
    }

    /// <summary>The fault under the mix's own field.</summary>
    private static FieldError Told(FieldError error) => error.Field.StartsWith("tasks", StringComparison.Ordinal) ? error with { Field = "members" + error.Field["tasks".Length..] } : error;
}
