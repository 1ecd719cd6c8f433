using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Settings;
using MtlStudio.Web.Notifications;
using MtlStudio.Web.Retention;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Tests.Hosting;
using MtlStudio.Web.Theme;
using MudBlazor;
using MudBlazor.Services;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Settings;

/// <summary>Each panel of the settings over a whole studio: what is changed holds at once, and what is no setting is told at its field.</summary>
public sealed class SettingsPanelTests(SettingsPanelTests.Fixture fixture) : IClassFixture<SettingsPanelTests.Fixture>, IAsyncDisposable
{
    private readonly BunitContext context = new();

    public sealed class Fixture : IAsyncLifetime
    {
        public TestStudio Studio { get; private set; } = null!;
        public async ValueTask InitializeAsync() => Studio = await TestStudio.StartAsync();
        public ValueTask DisposeAsync() => Studio.DisposeAsync();
    }

    // A loaded machine is slow, not wrong.
    static SettingsPanelTests() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20);

    private TestStudio Studio => fixture.Studio;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Judging_KeepsANumber_AndTellsWhatIsNone()
    {
        var panel = Open<JudgingPanel>();
        await panel.ChangeAsync("[data-field='judging.smallestDifference']", "2.5");
        panel.WaitForAssertion(() => Assert.Contains("Kept. Verdicts are judged by it", panel.Markup));
        var settings = Studio.Service<SettingStore>();
        Assert.Equal(2.5, await settings.ReadAsync(JudgingSettings.SmallestDifferenceKey, 0.0, Cancellation));
        await panel.ChangeAsync("[data-field='judging.smallestDifference']", "much");
        panel.WaitForAssertion(() => Assert.Contains("must be a number, 0 to 50 (you gave \"much\")", panel.Markup));
        await panel.ChangeAsync("[data-field='judging.smallestDifference']", "51");
        panel.WaitForAssertion(() => Assert.Contains("51", panel.Find(".mud-input-helper-text").TextContent));
        Assert.Equal(2.5, await settings.ReadAsync(JudgingSettings.SmallestDifferenceKey, 0.0, Cancellation));
    }

    [Fact]
    public async Task Retention_HoldsItsRules_AndSaysWhatWouldGo()
    {
        var panel = Open<RetentionPanel>();
        panel.WaitForAssertion(() => Assert.Contains("there is nothing to let go", panel.Markup));
        Assert.Empty(panel.FindAll(".day-rule input[type=number]"));
        await panel.ChangeAsync(".day-rule input[type=checkbox]", true);
        panel.WaitForAssertion(() => Assert.Equal("90", panel.Find(".day-rule input[type=number]").GetAttribute("value")));
        await panel.ChangeAsync(".day-rule input[type=number]", "7");
        panel.WaitForAssertion(() => Assert.Equal("7", panel.Find(".day-rule input[type=number]").GetAttribute("value")));
        Assert.Equal(7, (await Studio.Service<RetentionWork>().RulesAsync(Cancellation)).CheckpointsAfterDays);
        await panel.ChangeAsync(".day-rule input[type=number]", "-3");
        panel.WaitForAssertion(() => Assert.Contains("-3", panel.Find(".field-error").TextContent));
        Assert.Equal(7, (await Studio.Service<RetentionWork>().RulesAsync(Cancellation)).CheckpointsAfterDays);
        await panel.ChangeAsync(".day-rule input[type=checkbox]", false);
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".day-rule input[type=number]")));
    }

    [Fact]
    public async Task Backup_IsWrittenByOnePress_AndARestoreIsStagedAndTakenBack()
    {
        var panel = Open<BackupPanel>();
        await panel.PressAsync("button", button => button.TextContent.Contains("Back up now", StringComparison.Ordinal));
        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll(".backup-list tbody tr")));
        var link = panel.Find(".backup-list tbody a");
        Assert.Equal($"/api/v1/settings/backups/{Uri.EscapeDataString(link.TextContent)}", link.GetAttribute("href"));
        await panel.PressAsync(".backup-list tbody button");
        panel.WaitForAssertion(() => Assert.Contains("Take it back", panel.Find(".backup-note").TextContent));
        Assert.NotNull(Studio.Service<StagedRestore>().Staged);
        await panel.PressAsync(".backup-note button");
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".backup-note")));
        Assert.Null(Studio.Service<StagedRestore>().Staged);
    }

    [Fact]
    public async Task Devices_AreSwitchedOff_AndGivenThreads()
    {
        var devices = Studio.Service<NodeDevices>();
        var panel = Open<DevicesPanel>();
        panel.WaitForAssertion(() => Assert.Contains("free", panel.Find("[data-device='cpu:0']").TextContent));
        await panel.ChangeAsync("[data-device='cpu:0'] .threads", "2");
        panel.WaitForAssertion(() => Assert.Equal("2", panel.Find("[data-device='cpu:0'] .threads").GetAttribute("value")));
        Assert.Equal(2, (await devices.SettingsAsync(Cancellation))["cpu:0"].Threads);
        await panel.ChangeAsync("[data-device='cpu:0'] input[type=checkbox]", false);
        panel.WaitForAssertion(() => Assert.Contains("off", panel.Find("[data-device='cpu:0']").TextContent));
        Assert.False((await devices.SettingsAsync(Cancellation))["cpu:0"].Enabled);
        await panel.ChangeAsync("[data-device='cpu:0'] input[type=checkbox]", true);
        panel.WaitForAssertion(() => Assert.Contains("free", panel.Find("[data-device='cpu:0']").TextContent));
    }

    [Fact]
    public async Task Notifications_AreKeptByAPress_WithFaultsAtTheirFields()
    {
        var panel = Open<NotificationPanel>();
        panel.WaitForElement("[data-field='studioAddress']");
        await panel.ChangeAsync("[data-field='webhook.enabled'] input, input[data-field='webhook.enabled']", true);
        panel.WaitForElement("[data-field='webhook.url']");
        await panel.ChangeAsync("[data-field='webhook.url']", "not an address");
        Assert.Contains("Not kept yet.", panel.Markup);
        await panel.PressAsync(".notify-save button");
        panel.WaitForAssertion(() => Assert.Contains("not an address", panel.Find(".mud-input-helper-text.mud-input-error").TextContent));
        await panel.ChangeAsync("[data-field='webhook.url']", "https://hooks.example/mtl");
        await panel.PressAsync(".notify-save button");
        panel.WaitForAssertion(() => Assert.Contains("Kept.", panel.Find(".notify-save").TextContent));
        var (kept, _) = await Studio.Service<NotificationDesk>().ReadAsync(Cancellation);
        Assert.Equal((true, "https://hooks.example/mtl"), (kept.Webhook.Enabled, kept.Webhook.Url));
    }

    [Theory]
    [InlineData("dark", true, "Dark")]
    [InlineData("system", false, "As the system")]
    public async Task Appearance_ShowsTheBrowsersChoice_AndSendsItAnother(string kept, bool dark, string shown)
    {
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.JSInterop.Setup<ThemeRoot.ThemeReport>("mtlTheme.watch", _ => true).SetResult(new(kept, dark));
        context.Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        var root = context.Render<ThemeRoot>(parameters => parameters.AddChildContent<AppearancePanel>());
        root.WaitForAssertion(() => Assert.Equal([shown], Checked(root)));

        await root.PressAsync("input[type=radio]", 1);
        Assert.Equal("light", Assert.Single(context.JSInterop.Invocations["mtlTheme.choose"]).Arguments[0]);
        // Nothing moves before the browser has kept it.
        Assert.Equal([shown], Checked(root));
        await root.InvokeAsync(() => root.Instance.Changed("light", dark: false));
        root.WaitForAssertion(() => Assert.Equal(["Light"], Checked(root)));
        // A choice of another version of the studio counts as none.
        await root.InvokeAsync(() => root.Instance.Changed("sepia", dark: false));
        root.WaitForAssertion(() => Assert.Equal(["As the system"], Checked(root)));
    }

    private static IEnumerable<string> Checked(IRenderedComponent<IComponent> root) =>
        root.FindAll("label").Where(label => label.QuerySelector(".mud-checked, input[checked]") is not null).Select(label => label.TextContent.Trim());

    [Fact]
    public void About_TellsTheDataFolderAndTheLimits()
    {
        var panel = Open<AboutPanel>();
        Assert.Contains(Studio.DataFolder, panel.Markup);
        Assert.Contains("this machine only", panel.Markup);
    }

    private IRenderedComponent<T> Open<T>() where T : IComponent
    {
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        context.Services.AddScoped<BrowserClock>().AddSingleton(TimeProvider.System);
        context.Services.AddFallbackServiceProvider(Studio.App.Services);
        context.Render<MudPopoverProvider>();
        return context.Render<T>();
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
