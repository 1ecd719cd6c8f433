using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Tests.Theme;

public sealed class BrowserReportTests
{
    [Theory]
    [InlineData("system.dark.Europe/Berlin", ThemeChoice.System, true, "Europe/Berlin")]
    [InlineData("light.light.America/Argentina/Buenos_Aires", ThemeChoice.Light, false, "America/Argentina/Buenos_Aires")]
    [InlineData("dark.dark.", ThemeChoice.Dark, true, null)]
    public void Of_ReadsChoiceThemeAndZone(string cookie, ThemeChoice choice, bool isDark, string? zone)
    {
        var report = BrowserReport.Of(cookie);
        Assert.Equal(new ThemeState(choice, isDark), report.Theme);
        Assert.Equal(zone, report.Zone);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dark")]
    [InlineData("blue.dark.UTC")]
    [InlineData("system.dark.../../etc/passwd")]
    [InlineData("system.dark.Europe/Berlin; other")]
    public void Of_SaysNothing_WhereTheCookieIsNoneOfOurs(string? cookie) => Assert.Equal(BrowserReport.None, BrowserReport.Of(cookie));

    [Fact]
    public void Know_TurnsMomentsIntoTheZone_AndLeavesItWhereTheZoneIsUnknown()
    {
        var clock = new BrowserClock(null!);
        var moment = new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        clock.Know("Europe/Berlin");
        Assert.Equal(TimeSpan.FromHours(2), clock.Local(moment).Offset);
        clock.Know("Nowhere/Else");
        clock.Know(null);
        Assert.Equal(TimeSpan.FromHours(2), clock.Local(moment).Offset);
    }
}
