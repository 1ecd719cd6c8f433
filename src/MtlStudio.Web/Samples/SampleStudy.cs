using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Samples;

/// <summary>
/// Takes the recorded study of <c>samples/study</c> into an empty store on the first start, once the presets are there that its
/// specs name. It goes the way of every run: rows by ingestion, events.jsonl in the run's folder. Interrupted, it goes on at the
/// next start; deleted, it does not come back.
/// </summary>
internal sealed partial class SampleStudy(
    StudioOptions options, PresetLibrary presets, RunStore runs, RunMoves moves, RunIngest ingest, StoreWriter writer, IDbContextFactory<StudioContext> contexts,
    DataFolder data, ILogger<SampleStudy> log) : BackgroundService
{
    /// <summary>The setting that says it was taken in once.</summary>
    public const string Done = "samples.study";
    private const int Batch = 1000;

    /// <summary>Where the study lies, beside the program.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "study");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.SampleStudy || !File.Exists(Path.Combine(Folder, RecordedStudy.FileName))) return;
        try
        {
            await presets.AllAsync(stoppingToken);
            if (await IsWantedAsync(stoppingToken)) await ImportAsync(RecordedStudy.Read(Folder), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
        catch (Exception fault) when (fault is InvalidInputException or IOException or InvalidDataException or DbUpdateException or RunNotFoundException)
        {
            // A studio without its sample is still a studio.
            LogLeftOut(log, fault.Message);
        }
    }

    private async Task<bool> IsWantedAsync(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return !await context.Settings.AnyAsync(setting => setting.Key == Done, cancellation)
            && !await context.Runs.AnyAsync(run => !run.Tags.Any(tag => tag.Tag == RunTag.Recorded), cancellation);
    }

    private async Task ImportAsync(RecordedStudy study, CancellationToken cancellation)
    {
        var ids = new Dictionary<string, long>();
        foreach (var recorded in study.Runs)
        {
            var ended = DateTimeOffset.FromUnixTimeMilliseconds(recorded.EndedAt);
            var run = await runs.RecordAsync(recorded, $"recorded on another machine on {ended:yyyy-MM-dd}", cancellation);
            ids[recorded.Key] = run.Id;
            var events = RecordedStudy.ReadEvents(Folder, recorded);
            var folder = data.Run(run.Id);
            Directory.CreateDirectory(folder.Root);
            AtomicFile.WriteText(folder.Spec, JsonSerializer.Serialize(run.ReadSpec(), WireJson.Indented));
            AtomicFile.WriteText(folder.Events, events);
            await IngestAsync(run.Id, events, cancellation);
        }
        foreach (var recorded in study.Runs.Where(run => run.Baselines.Count > 0))
            await runs.LinkBaselinesAsync(ids[recorded.Key], recorded.Baselines.ToDictionary(pair => pair.Key, pair => ids[pair.Value]), cancellation);
        await writer.WriteAsync(context =>
        {
            context.Studies.Add(StudyOf(study, ids));
            context.Settings.Add(new() { Key = Done, ValueJson = "true" });
            return Task.CompletedTask;
        }, cancellation);
        // Pages redraw, and the runs are judged.
        foreach (var id in ids.Values) moves.Announce(await runs.GetAsync(id, cancellation));
    }

    /// <summary>The joint runs as what they are: all policies on one mix.</summary>
    private static Study StudyOf(RecordedStudy study, IReadOnlyDictionary<string, long> ids)
    {
        var joint = study.Runs.Where(run => run.Spec.Baseline is null).OrderBy(run => run.Spec.Seed).ToList();
        double Rate(RunSpec spec) => spec.Optimizer.Options.Number(MethodKind.Optimizer, spec.Optimizer.Name, "lr");
        var described = new PolicyStudy
        {
            Name = study.Name, Note = "Recorded on another machine.", Spec = joint[0].Spec with { Name = study.Name }, Policies = [.. joint.Select(run => run.Spec.Weighting.Name).Distinct()],
            Rates = [.. joint.Select(run => Rate(run.Spec)).Distinct()], Seeds = joint.Select(run => run.Spec.Seed).Distinct().Count(), LossWeights = 0,
        };
        return new()
        {
            Name = study.Name, Note = described.Note, StudyJson = JsonSerializer.Serialize(described, WireJson.Compact), CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(joint.Min(run => run.CreatedAt)),
            Runs = [.. joint.Select((run, place) => new StudyRun { Place = place, Policy = run.Spec.Weighting.Name, Rate = Rate(run.Spec), Seed = run.Spec.Seed, RunId = ids[run.Key] })],
        };
    }

    private async Task IngestAsync(long id, string events, CancellationToken cancellation)
    {
        var (batch, offset) = (new List<RunEvent>(Batch), 0L);
        foreach (var line in events.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            batch.Add(JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!);
            offset += Encoding.UTF8.GetByteCount(line) + 1;
            if (batch.Count < Batch) continue;
            await ingest.ApplyAsync(id, batch, offset, cancellation);
            batch = new(Batch);
        }
        await ingest.ApplyAsync(id, batch, offset, cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The recorded sample study is left out: {Reason}")]
    private static partial void LogLeftOut(ILogger log, string reason);
}
