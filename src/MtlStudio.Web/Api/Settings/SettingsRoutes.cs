using System.Text.Json.Serialization;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Settings;

/// <summary>What the studio is set to; each part has calls of its own.</summary>
internal static class SettingsRoutes
{
    public static void MapSettings(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("/settings").WithTags("Settings");
        settings.MapGet("/judging", ReadJudgingAsync).WithSummary("How scores are judged where a task does not say otherwise.").RequireAuthorization(StudioPolicies.Read);
        settings.MapPut("/judging", WriteJudgingAsync).WithSummary("Sets the smallest difference that matters, in points of 100.").RequireAuthorization(StudioPolicies.Admin);
        settings.MapDeviceSettings();
        settings.MapRetention();
        settings.MapNotifications();
        settings.MapBackups();
    }

    private static async Task<JudgingView> ReadJudgingAsync(SettingStore store, CancellationToken cancellation) =>
        new(await store.ReadAsync(JudgingSettings.SmallestDifferenceKey, JudgingSettings.SmallestDifference, cancellation));

    private static async Task<JudgingView> WriteJudgingAsync(JudgingView judging, SettingStore store, CancellationToken cancellation)
    {
        JudgingSettings.Check(judging.SmallestDifference);
        await store.WriteAsync(JudgingSettings.SmallestDifferenceKey, judging.SmallestDifference, cancellation);
        return judging;
    }
}

/// <param name="SmallestDifference">Points of 100, 0 to 50: a smaller delta is "same".</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JudgingView(double SmallestDifference = JudgingSettings.SmallestDifference);
