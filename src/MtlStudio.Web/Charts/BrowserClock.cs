using Microsoft.JSInterop;

namespace MtlStudio.Web.Charts;

/// <summary>Turns moments into the browser's own time. One a circuit; UTC until the browser has said where it is.</summary>
public sealed class BrowserClock(IJSRuntime js)
{
    private TimeZoneInfo zone = TimeZoneInfo.Utc;
    private bool isAsked;

    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, zone);

    /// <summary>Takes the zone that the browser named when it was here last; null, or one that this machine does not know, changes nothing.</summary>
    public void Know(string? name)
    {
        if (name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var known)) zone = known;
    }

    /// <summary>Asks the browser once; true where the zone changed by it.</summary>
    public async Task<bool> AskAsync()
    {
        if (isAsked) return false;
        isAsked = true;
        await using var module = await js.InvokeAsync<IJSObjectReference>("import", "./Charts/ChartFrame.razor.js");
        if (await module.InvokeAsync<BrowserZone?>("timeZone") is not { } found) return false;
        var before = zone;
        zone = found.Name is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var known) ? known
            // A machine without a zone database still knows the distance of now.
            : TimeZoneInfo.CreateCustomTimeZone("browser", TimeSpan.FromMinutes(found.OffsetMinutes), "browser", "browser");
        return !zone.Equals(before);
    }

    private sealed record BrowserZone(string? Name, int OffsetMinutes);
}
