using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>Which presses a run's state allows: only those are shown.</summary>
public sealed record RunPresses(bool Stop, bool Pause, bool Resume, bool Retry, bool MakeBaselines)
{
    public static RunPresses Of(RunSnapshot now)
    {
        var state = now.Run.State;
        return new(
            Stop: state is RunState.Queued or RunState.Paused or RunState.Starting or RunState.Running or RunState.Pausing,
            Pause: state is RunState.Starting or RunState.Running,
            Resume: state == RunState.Paused,
            Retry: state is RunState.Failed or RunState.Stopped,
            // A mix of one task is its own baseline.
            MakeBaselines: now.Run.BaselineTask is null && now.Spec.Tasks.Count != 1 && now.Tasks.Count > 0 && now.Tasks.Any(task => now.Baselines.All(row => row.Task != task.Name || row.Run.State is RunState.Failed or RunState.Stopped)));
    }
}
