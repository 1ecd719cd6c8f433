using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>A run as the API tells it.</summary>
public sealed record RunView
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required RunState State { get; init; }
    /// <summary>Why it is in its state, as "stopped by the user".</summary>
    public string? StateReason { get; init; }
    /// <summary>What a queued run waits for.</summary>
    public string? WaitReason { get; init; }
    public required long CreatedAt { get; init; }
    public long? StartedAt { get; init; }
    public long? EndedAt { get; init; }
    public required int Step { get; init; }
    public required int TotalSteps { get; init; }
    /// <summary>The whole RunSpec.</summary>
    public required JsonElement Spec { get; init; }
    public required RunSummary Summary { get; init; }
    /// <summary>What happened and what cures it, of a run that failed.</summary>
    public string? Failure { get; init; }

    internal static RunView Of(Run run, IReadOnlyDictionary<long, string> waitReasons) => new()
    {
        Id = run.Id,
        Name = run.Name,
        State = run.State,
        StateReason = run.StateReason,
        WaitReason = run.State == RunState.Queued ? waitReasons.GetValueOrDefault(run.Id) : null,
        CreatedAt = run.CreatedAt.ToUnixTimeMilliseconds(),
        StartedAt = run.StartedAt.Milliseconds(),
        EndedAt = run.EndedAt.Milliseconds(),
        Step = run.Step,
        TotalSteps = run.TotalSteps,
        Spec = JsonElement.Parse(run.SpecJson),
        Summary = RunSummary.Of(run),
        Failure = run.Failure,
    };
}

/// <summary>What lists show of a run without reading its spec.</summary>
public sealed record RunSummary
{
    public required string Policy { get; init; }
    public required string Model { get; init; }
    public required string SpecHash { get; init; }
    /// <summary>The task this run is the single-task baseline of.</summary>
    public string? BaselineTask { get; init; }
    public required IReadOnlyList<RunTaskView> Tasks { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public string? Note { get; init; }
    public required bool Archived { get; init; }
    public required int Priority { get; init; }
    /// <summary>The device it holds now.</summary>
    public string? Device { get; init; }
    /// <summary>Trainers started for it so far.</summary>
    public required int Attempt { get; init; }
    public required long Parameters { get; init; }
    public required long TrainableParameters { get; init; }
    /// <summary>The last validation's unified score.</summary>
    public double? UnifiedScore { get; init; }

    internal static RunSummary Of(Run run) => new()
    {
        Policy = run.Policy,
        Model = run.ModelReference,
        SpecHash = run.SpecHash,
        BaselineTask = run.BaselineTask,
        Tasks = [.. run.Tasks.OrderBy(task => task.ColorIndex).Select(RunTaskView.Of)],
        Tags = [.. run.Tags.Select(tag => tag.Tag)],
        Note = run.Note,
        Archived = run.Archived,
        Priority = run.Priority,
        Device = run.Device,
        Attempt = run.Attempt,
        Parameters = run.Parameters,
        TrainableParameters = run.TrainableParameters,
        UnifiedScore = run.UnifiedScore,
    };
}

/// <summary>One task of a run's mix, with what the trainer found when it started (0 before).</summary>
public sealed record RunTaskView(
    string Name, int ColorIndex, string PrimaryMetric, bool HigherIsBetter, double PlannedShare, int TrainExamples, int ValidationExamples, int TestExamples, int Dropped)
{
    internal static RunTaskView Of(RunTask task) => new(task.Name, task.ColorIndex, task.PrimaryMetric, task.HigherIsBetter,
        task.PlannedShare, task.TrainExamples, task.ValidationExamples, task.TestExamples, task.Dropped);
}

/// <summary>What a command on a run answers.</summary>
/// <param name="Baselines">Which run answers for each task, where baselines were asked for.</param>
/// <param name="Runs">Every run of the launch, where there are several seeds.</param>
public sealed record RunAnswer(long Id, RunState State, IReadOnlyList<BaselineChoice>? Baselines = null, IReadOnlyList<SeedRunView>? Runs = null);

/// <summary>One run of a launch under several seeds.</summary>
/// <param name="Baselines">Which run answers for each task, where baselines were asked for.</param>
public sealed record SeedRunView(long Id, long Seed, RunState State, IReadOnlyList<BaselineChoice>? Baselines);
