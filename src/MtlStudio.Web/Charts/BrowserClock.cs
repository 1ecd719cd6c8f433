using Microsoft.JSInterop;

namespace MtlStudio.Web.Charts;

/// <summary>Turns moments into the browser's own time. One a circuit; UTC until the browser has said where it is.</summary>
public sealed class BrowserClock(IJSRuntime js)
{
    private TimeZoneInfo zone = TimeZoneInfo.Utc;
    private bool isKnown;

    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, zone);

    /// <summary>Asks the browser once; true where the zone changed by it.</summary>
    public async Task<bool> AskAsync()
    {
        if (isKnown) return false;
        isKnown = true;
        await using var module = await js.InvokeAsync<IJSObjectReference>("import", "./Charts/ChartFrame.razor.js");
        if (await module.InvokeAsync<BrowserZone?>("timeZone") is not { } found) return false;
        zone = found.Name is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var known) ? known
            // A machine without a zone database still knows the distance of now.
            : TimeZoneInfo.CreateCustomTimeZone("browser", TimeSpan.FromMinutes(found.OffsetMinutes), "browser", "browser");
        return !zone.Equals(TimeZoneInfo.Utc);
    }

    private sealed record BrowserZone(string? Name, int OffsetMinutes);
}
