using Hangfire;
using Hangfire.States;
using MtlStudio.Core.Exports;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Supervision.Exports;

/// <summary>
/// What users do with a run's exports, for pages and API alike. Each is one job that the trainer does in a process of its own,
/// whether the run trains or not. Refusals: <see cref="RunNotFoundException"/> and <see cref="InvalidInputException"/>.
/// </summary>
public sealed class ExportCommands
{
    private readonly RunStore runs;
    private readonly RunReader reader;
    private readonly DataFolder data;
    private readonly ModelLibrary models;
    private readonly ActiveExports active;
    private readonly IBackgroundJobClient jobs;
    private readonly TimeProvider clock;

    internal ExportCommands(RunStore runs, RunReader reader, DataFolder data, ModelLibrary models, ActiveExports active, IBackgroundJobClient jobs, TimeProvider clock) =>
        (this.runs, this.reader, this.data, this.models, this.active, this.jobs, this.clock) = (runs, reader, data, models, active, jobs, clock);

    /// <summary>Begins to write a checkpoint as others load it. One that is there already, or on its way, is given instead.</summary>
    /// <param name="step">Null: the best by unified score, or the newest where none has one.</param>
    /// <param name="merged">The whole model instead of the adapter; a fully fine-tuned one is whole anyway.</param>
    public async Task<ExportStatus> StartAsync(long id, int? step, bool merged, CancellationToken cancellation = default)
    {
        var run = await runs.GetAsync(id, cancellation);
        var spec = run.ReadSpec();
        var at = Choose(id, step, await reader.CheckpointsAsync(id, cancellation));
        var form = ExportForms.Of(spec, merged);
        var (folder, name) = (data.Run(id), ExportFolder.NameOf(at.Step, form));
        if (Find(id, name) is { Record.State: ExportState.Queued or ExportState.Running or ExportState.Done } there) return there;
        if (!active.TryAdd(id, name)) return Find(id, name) ?? throw new InvalidInputException("checkpoint", $"The export of step {at.Step} begins just now: ask for it again");
        try
        {
            var record = new ExportRecord { Name = name, Step = at.Step, Form = form, State = ExportState.Queued, CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(), ExpectedBytes = Expected(form, spec, folder.Checkpoint(at.Step)) };
            ExportFolder.RemoveFiles(folder, name);
            ExportFolder.Write(folder, record);
            jobs.Create<ExportJob>(job => job.RunAsync(id, name), new EnqueuedState(ExportServer.Queue));
            return StatusOf(id, record);
        }
        catch
        {
            active.Remove(id, name);
            throw;
        }
    }

    /// <summary>The run's exports, the newest first.</summary>
    public async Task<IReadOnlyList<ExportStatus>> ListAsync(long id, CancellationToken cancellation = default)
    {
        await runs.GetAsync(id, cancellation);
        return [.. ExportFolder.List(data.Run(id)).Select(record => StatusOf(id, record))];
    }

    /// <summary>One export, or null where there is none of that name.</summary>
    public ExportStatus? Find(long id, string name) => ExportFolder.Read(data.Run(id), name) is { } record ? StatusOf(id, record) : null;

    /// <summary>The folder of an export that is whole, or null.</summary>
    public string? FolderOf(long id, string name) => Find(id, name) is { Record.State: ExportState.Done } ? ExportFolder.PathOf(data.Run(id), name) : null;

    /// <summary>Deletes an export; one that is being written ends first. Nothing there is no fault.</summary>
    public async Task DeleteAsync(long id, string name, CancellationToken cancellation = default)
    {
        if (ExportFolder.Read(data.Run(id), name) is null) return;
        active.Cancel(id, name);
        while (active.Contains(id, name)) await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        ExportFolder.Delete(data.Run(id), name);
    }

    /// <summary>Copies an exported model into the library, so that runs can start from it.</summary>
    public async Task<ModelEntry> UseAsModelAsync(long id, string name, CancellationToken cancellation = default)
    {
        var run = await runs.GetAsync(id, cancellation);
        if (Find(id, name) is not { } export) throw new InvalidInputException("name", $"Run {id} has no export \"{name}\"");
        if (export.Record.Form == ExportForms.Adapter) throw new InvalidInputException("name", "An adapter is no model by itself: export the checkpoint merged, and use that");
        if (export.Record.State != ExportState.Done) throw new InvalidInputException("name", $"The export is {export.Record.State.ToString().ToLowerInvariant()}: it can be used once it is done");
        return (await models.ImportAsync(ExportFolder.PathOf(data.Run(id), name), $"{run.Name}, run {id}, step {export.Record.Step}", cancellation: cancellation)).Entry;
    }

    private static Checkpoint Choose(long id, int? step, IReadOnlyList<Checkpoint> standing)
    {
        if (standing.Count == 0) throw new InvalidInputException("checkpoint", $"Run {id} has no checkpoint: one is saved as the run trains, and at its end");
        if (step is null) return standing.FirstOrDefault(row => row.Keeps.Split(' ').Contains("best")) ?? standing[^1];
        return standing.FirstOrDefault(row => row.Step == step)
            ?? throw new InvalidInputException("checkpoint", $"Run {id} has no checkpoint of step {step} (any more): choose among {string.Join(", ", standing.Select(row => row.Step).Distinct())}");
    }

    /// <summary>A record says what was; what this studio does not write any more was cut short by its end.</summary>
    private ExportStatus StatusOf(long id, ExportRecord record)
    {
        var run = data.Run(id);
        if (record.State is ExportState.Queued or ExportState.Running && !active.Contains(id, record.Name))
        {
            // The job may have ended between the two looks.
            record = ExportFolder.Read(run, record.Name) ?? record;
            if (record.State is ExportState.Queued or ExportState.Running)
                record = record with { State = ExportState.Failed, Message = "The studio ended while it was written: export it again" };
        }
        if (record.State == ExportState.Done && !Directory.Exists(ExportFolder.PathOf(run, record.Name)))
            record = record with { State = ExportState.Failed, Message = "Its files were removed from the disk: export it again" };
        var files = record.State switch
        {
            ExportState.Done => ExportFolder.Files(ExportFolder.PathOf(run, record.Name)),
            ExportState.Running => ExportFolder.Files(ExportFolder.Unfinished(run, record.Name)),
            _ => [],
        };
        return new(record, files.Sum(file => file.Bytes), record.State == ExportState.Done ? files : []);
    }

    private long Expected(string form, RunSpec spec, string checkpoint)
    {
        if (form == ExportForms.Adapter) return Weights(checkpoint, "adapter_model.safetensors");
        if (form == ExportForms.Full) return Weights(checkpoint, "model.safetensors");
        return DataFolder.IsHash(spec.Model.Path) ? Weights(Path.Combine(data.Models, spec.Model.Path[DataFolder.HashPrefix.Length..]), "*.safetensors") : 0;
    }

    private static long Weights(string folder, string pattern) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(pattern, SearchOption.AllDirectories).Sum(file => file.Length) : 0;
}
