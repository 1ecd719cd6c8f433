using Bunit;
using MtlStudio.Web.Features.Start;
using MudBlazor;
using MudBlazor.Services;

namespace MtlStudio.Web.Tests.Features.Start;

public sealed class StartRowCardTests : IAsyncLifetime
{
    private readonly BunitContext context = new();
    private readonly SomeFiles files = new();

    public ValueTask InitializeAsync()
    {
        context.Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Card_ShowsGuessExampleAndMetric()
    {
        var card = Card(new(files.Detect(("reviews.csv", SomeFiles.Reviews))[0]));
        Assert.Contains("Classification", card.Find(".row-form").TextContent, StringComparison.Ordinal);
        Assert.Equal(["text", "label"], card.FindAll(".column-chip strong").Select(chip => chip.TextContent));
        Assert.Equal("This is review number 0.\nLabel (bad or good): good", card.Find(".example-text").TextContent);
        Assert.Contains("No name speaks of a split: 10 % of the rows validate and 10 % test.", card.Markup, StringComparison.Ordinal);
        await card.PressAsync("button[aria-label='Next example']");
        Assert.EndsWith(" bad", card.Find(".example-text").TextContent, StringComparison.Ordinal);
        Assert.Empty(card.FindAll("[data-field='prompt']"));
    }

    [Fact]
    public async Task Card_RendersTheTemplateAsItIsChanged()
    {
        var card = Card(new(files.Detect(("reviews.csv", SomeFiles.Reviews))[0]) { IsOpen = true });
        await card.TypeAsync("textarea", "Say of {text}:");
        card.WaitForAssertion(() => Assert.Equal("Say of This is review number 0.: good", card.Find(".example-text").TextContent));
        await card.TypeAsync("textarea", "{nothing}");
        card.WaitForAssertion(() => Assert.Contains("names no column of the data; there are text, label", card.Markup, StringComparison.Ordinal));
        Assert.Empty(card.FindAll(".example-text"));
    }

    [Fact]
    public void Card_NamesFileLineAndCure_AndCannotBeTaken_WhenTheFileIsBad()
    {
        var card = Card(new(files.Detect(("bad.csv", "text,label\nfine,1\nonly one\n"))[0]));
        Assert.Equal("bad.csv, line 3", card.Find(".fault-error strong").TextContent);
        Assert.Contains("it has 1 field, but the header has 2", card.Find(".fault-error").TextContent, StringComparison.Ordinal);
        Assert.True(card.Find("[data-field='include'] input, input[data-field='include']").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Card_TakesTheRow_WhenItsBadRowsAreLeftOut()
    {
        var row = new StartRow(files.Detect(("reviews.csv", SomeFiles.Reviews + string.Concat(Enumerable.Repeat("torn\n", 9))))[0]);
        var card = Card(row);
        Assert.Contains("Leave out the 9 rows that cannot be read", card.Find(".row-skip").TextContent, StringComparison.Ordinal);
        Assert.Contains("and 3 more rows that cannot be read", card.Find(".fault-lines").TextContent, StringComparison.Ordinal);
        await card.ChangeAsync(".row-skip input", true);
        Assert.True(row.Include);
        Assert.Empty(card.FindAll(".fault-error"));
        Assert.NotEmpty(card.FindAll(".fault-warning"));
        Assert.NotEmpty(card.FindAll(".example-text"));
    }

    [Fact]
    public void Card_AsksForTheScale_WhenNumbersAreLearned()
    {
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => $"{{\"score\":{i % 5}.5,\"sentence1\":\"One thing, number {i}.\",\"sentence2\":\"Another thing, number {i}.\"}}\n"));
        var row = new StartRow(files.Detect(("sts.jsonl", rows))[0]);
        Assert.Equal(("regression", 0.5, 4.5), (row.Task.Kind, row.Task.Minimum!.Value, row.Task.Maximum!.Value));
        Assert.Empty(row.Check());
        Assert.Equal(0.5, row.Render()!.Value);
        row.SetScale(0, null);
        Assert.Contains(row.Check(), error => error.Field == "maximum");
        row.SetKind("generation");
        Assert.Empty(row.Check());
    }

    private IRenderedComponent<StartRowCard> Card(StartRow row)
    {
        IRenderedComponent<StartRowCard>? card = null;
        card = context.Render<StartRowCard>(parameters => parameters.Add(one => one.Row, row).Add(one => one.Changed, () => card?.Render()));
        return card;
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        files.Dispose();
    }
}
