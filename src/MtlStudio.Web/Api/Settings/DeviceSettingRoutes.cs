using System.Text.Json.Serialization;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Api.Settings;

/// <summary>The devices of the studio's machine: what they are, who holds them, whether runs may start on them.</summary>
internal static class DeviceSettingRoutes
{
    public static void MapDeviceSettings(this IEndpointRouteBuilder settings)
    {
        settings.MapGet("/devices", ListAsync).WithSummary("The devices of the studio's machine: those of its options, else the CPU and every GPU that the trainer finds.").RequireAuthorization(StudioPolicies.Read);
        settings.MapPut("/devices/{name}", SetAsync).WithSummary("Switches a device on or off for new runs, and sets the threads of runs on it from their next attempt. A run that trains there goes on.").RequireAuthorization(StudioPolicies.Admin);
        settings.MapPost("/devices/look", LookAsync).WithSummary("Asks the trainer anew what the machine has.").RequireAuthorization(StudioPolicies.Admin);
    }

    internal static async Task<IReadOnlyList<DeviceSettingView>> ListAsync(NodeDevices devices, RunQueue queue, CancellationToken cancellation)
    {
        var (set, leases) = (await devices.SettingsAsync(cancellation), (await queue.DevicesAsync(cancellation)).Where(lease => lease.Node == devices.Node).ToDictionary(lease => lease.Device));
        return [.. devices.All.Select(device =>
        {
            var own = set.GetValueOrDefault(device.Name) ?? new DeviceSetting();
            return new DeviceSettingView(device.Name, device.Kind, devices.DescriptionOf(device), devices.MemoryOf(device), own.Enabled, own.Threads, device.Threads, leases.GetValueOrDefault(device.Name)?.RunId);
        })];
    }

    private static async Task<IReadOnlyList<DeviceSettingView>> SetAsync(string name, DeviceSettingEdit edit, NodeDevices devices, RunQueue queue, RunDispatcher dispatcher, CancellationToken cancellation)
    {
        await devices.SetAsync(name, new DeviceSetting(edit.Enabled, edit.Threads), cancellation);
        dispatcher.Nudge();
        return await ListAsync(devices, queue, cancellation);
    }

    private static async Task<IResult> LookAsync(DeviceSurvey survey, NodeDevices devices, RunQueue queue, CancellationToken cancellation)
    {
        await survey.LookAsync(cancellation);
        return survey.Trouble is { } trouble ? Results.Problem(trouble, statusCode: StatusCodes.Status502BadGateway) : Results.Ok(await ListAsync(devices, queue, cancellation));
    }
}

/// <param name="Description">What it is, as the machine says; empty where it is not known.</param>
/// <param name="MemoryBytes">Its whole memory; absent where it is not known.</param>
/// <param name="Enabled">False: no run starts on it.</param>
/// <param name="Threads">CPU threads of a run on it; 0: <paramref name="OwnThreads"/>.</param>
/// <param name="RunId">The run that holds it, if any.</param>
public sealed record DeviceSettingView(string Name, string Kind, string Description, long? MemoryBytes, bool Enabled, int Threads, int OwnThreads, long? RunId);

/// <param name="Threads">0: the slot's own number.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DeviceSettingEdit(bool Enabled = true, int Threads = 0);
