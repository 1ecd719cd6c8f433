using Bunit;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunNotesTests
{
    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task TagsAndNote_AreKept_WhenTheyAreEdited()
    {
        await using var host = await RunPageHost.OpenAsync();
        var id = (await host.Store.CreateAsync(RecordedRun.Spec(), cancellation: Cancellation)).Id;
        var page = host.Open(id);
        await page.WaitForAssertionAsync(() => Assert.NotNull(page.Find(".run-notes")));
        await page.PressAsync(".plain-press", press => press.TextContent == "+ tag");
        await page.ChangeAsync("[data-field='tag']", " keep ");
        await page.WaitForAssertionAsync(() => Assert.StartsWith("keep", page.Find(".run-tagged").TextContent.Trim()));

        await page.PressAsync(".plain-press", press => press.TextContent == "+ note");
        await page.ChangeAsync("[data-field='note']", "The best so far.");
        await page.PressAsync("button", press => press.TextContent.Trim() == "Keep the note");
        await page.WaitForAssertionAsync(() => Assert.StartsWith("The best so far.", page.Find("p.run-note").TextContent));
        var run = await host.Store.GetAsync(id, Cancellation);
        Assert.Equal(("The best so far.", "keep"), (run.Note, Assert.Single(run.Tags).Tag));

        await page.PressAsync("[aria-label='Remove the tag keep']");
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".run-tagged")));
        Assert.Empty((await host.Store.GetAsync(id, Cancellation)).Tags);
    }
}
