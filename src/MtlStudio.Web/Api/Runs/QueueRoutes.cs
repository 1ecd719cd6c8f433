using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>Who trains next, and on what.</summary>
internal static class QueueRoutes
{
    public static void MapQueue(this IEndpointRouteBuilder api)
    {
        api.MapGet("/queue", QueueAsync).WithTags("Queue").WithSummary("The queued runs, the next one first, and what each waits for.").RequireAuthorization(StudioPolicies.Read);
        api.MapGet("/devices", DevicesAsync).WithTags("Queue").WithSummary("The device slots and who holds them.").RequireAuthorization(StudioPolicies.Read);
    }

    private static async Task<IReadOnlyList<QueuedView>> QueueAsync(RunQueue queue, CancellationToken cancellation)
    {
        var reasons = await queue.WaitReasonsAsync(cancellation);
        return [.. (await queue.QueuedAsync(cancellation)).Select(run => new QueuedView(run.Id, run.Name, run.Priority, reasons.GetValueOrDefault(run.Id)))];
    }

    private static async Task<IReadOnlyList<DeviceView>> DevicesAsync(RunQueue queue, CancellationToken cancellation) =>
        [.. (await queue.DevicesAsync(cancellation)).Select(device => new DeviceView(device.Node, device.Device, device.Kind, device.RunId, device.Since.Milliseconds()))];
}

public sealed record QueuedView(long Id, string Name, int Priority, string? WaitReason);

/// <param name="RunId">The run that holds it, if any.</param>
public sealed record DeviceView(string Node, string Device, string Kind, long? RunId, long? Since);
