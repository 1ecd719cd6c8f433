using MtlStudio.Core.Estimates;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Library;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Api.Runs;

/// <summary>One task of an estimated run.</summary>
/// <param name="Share">Of all examples that the run draws, 0 to 1.</param>
/// <param name="Examples">That the run draws of it.</param>
/// <param name="Passes">How often each of its training examples is seen on average.</param>
public sealed record EstimatedTask(string Task, double Share, double Examples, double Passes);

/// <summary>What a run would take.</summary>
/// <param name="Trained">Numbers that are trained, heads among them.</param>
/// <param name="MemoryBytes">At the peak, with answers that fill the rows: the sum of <paramref name="Memory"/>.</param>
/// <param name="Seconds">At the pace of the finished run <paramref name="PaceOf"/>, evaluations included; null before one has finished on that kind of device.</param>
/// <param name="Probe">What its first steps took; null where they were not asked for.</param>
public sealed record RunEstimateView(long Parameters, long Trained, long MemoryBytes, IReadOnlyList<MemoryPart> Memory, IReadOnlyList<EstimatedTask> Tasks, double? Seconds, long? PaceOf, RunTrial? Probe);

/// <summary>What a run takes before it is launched: from its spec alone, or by its first steps.</summary>
internal static class EstimateRoutes
{
    public static void MapEstimates(this IEndpointRouteBuilder api) =>
        api.MapPost("/runs/estimate", EstimateAsync).Accepts<RunSpec>("application/json").WithTags("Runs").RequireAuthorization(StudioPolicies.Act)
            .WithSummary("What a run of the RunSpec in the body would take; nothing is queued. With probe=true its first three steps are made in a folder that is removed again, and measured: the answer then takes as long as loading the model and data, and waits for other measurements.");

    private static async Task<RunEstimateView> EstimateAsync(HttpRequest request, DataFolder data, RunEstimates estimates, RunTrials trials, CancellationToken cancellation, bool probe = false)
    {
        var spec = await SpecBody.ReadAsync(request, data, cancellation);
        var estimate = await Task.Run(() => estimates.Of(spec), cancellation);
        var pace = await estimates.PaceForAsync(spec, cancellation);
        return new(estimate.Parameters, estimate.Trained, estimate.Memory.Bytes, estimate.Memory.Parts, [.. estimate.Tasks.Select(task => new EstimatedTask(task.Task, task.Share, task.Examples, task.Passes))],
            pace is null ? null : estimate.Time(pace).TotalSeconds, pace?.Run, probe ? await trials.TryAsync(spec, cancellation) : null);
    }
}
