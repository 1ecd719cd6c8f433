using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Data;
using MtlStudio.Web.Features.Data.Datasets;
using MtlStudio.Web.Features.Data.Mixes;
using MtlStudio.Web.Features.Data.Models;
using MtlStudio.Web.Features.Data.Tasks;
using MtlStudio.Web.Library;
using TestContext = Xunit.TestContext;

namespace MtlStudio.Web.Tests.Features.Data;

public sealed class DataPageTests(DataPageHost host) : IClassFixture<DataPageHost>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Csv(int rows) => "q,a\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"what is {i} and one,{(i % 2 == 0 ? "even" : "odd")}\n"));

    [Fact]
    public async Task Dataset_ShowsItsRows_WithWhatEachColumnHolds()
    {
        var entry = await host.ImportAsync("shown rows", Csv(200));
        await using var context = host.Open($"/data/datasets/{entry.Item.Id}");
        var page = DataPageHost.Render<DatasetsPage>(context, (nameof(DatasetsPage.Id), entry.Item.Id));
        page.WaitForAssertion(() => Assert.Equal(25, page.FindAll("table.rows tbody tr").Count));
        page.WaitForAssertion(() => Assert.Equal(["even", "odd"], page.FindAll(".column-text").Select(value => value.TextContent).Order(StringComparer.Ordinal)));
        Assert.Contains("all different", page.Find("table.rows thead").TextContent, StringComparison.Ordinal);
        Assert.Contains("160 train, 20 validation, 20 test", page.Find(".item-facts").TextContent, StringComparison.Ordinal);

        await page.PressAsync("[aria-label='Next rows']");
        page.WaitForAssertion(() => Assert.Contains("rows 26–50 of 160", page.Markup, StringComparison.Ordinal));
        Assert.EndsWith("?page=2", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_NamesTheUsers_AndOffersTheArchive()
    {
        var data = await host.ImportAsync("held fast", Csv(30) + "held,fast\n");
        await host.TaskAsync("holds-fast", data);
        await using var context = host.Open($"/data/datasets/{data.Item.Id}");
        var (head, menu) = DataPageHost.RenderWithMenus<ItemHead>(context, (nameof(ItemHead.Item), data.Item), (nameof(ItemHead.Version), data.Version));
        await head.PressAsync("[aria-label='More acts on held fast']");
        head.WaitForAssertion(() => Assert.Contains(menu(), item => item.TextContent.Trim() == "Delete"));
        await head.InvokeAsync(() => menu().First(item => item.TextContent.Trim() == "Delete").ClickAsync(new()));
        head.WaitForAssertion(() => Assert.Equal("task holds-fast", head.Find(".item-users a").TextContent.Trim()));
        Assert.NotNull(await host.Datasets.FindAsync(data.Version.Hash, Cancellation));
    }

    [Fact]
    public async Task Rename_SaysWhyNot_WhenTheNameIsTaken()
    {
        var data = await host.ImportAsync("renamed", Csv(31));
        await host.ImportAsync("taken name", Csv(32));
        await using var context = host.Open("/data/datasets");
        var head = DataPageHost.Render<ItemHead>(context, (nameof(ItemHead.Item), data.Item), (nameof(ItemHead.Version), data.Version));
        await head.PressAsync("[aria-label='Rename renamed']");
        await head.ChangeAsync("[data-field='item-name']", "taken name");
        await head.PressAsync("button", button => button.TextContent.Trim() == "Rename");
        head.WaitForAssertion(() => Assert.Contains("There is a dataset \"taken name\" already", head.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preview_IsMadeAnew_WhenTheKindChanges()
    {
        var data = await host.ImportAsync("for a kind", Csv(34));
        await using var context = host.Open("/data/tasks/new");
        var task = new TaskSpec { Data = new() { Dataset = data.Version.Hash }, Template = new() { Prompt = "{q}", Answer = " {a}" } };
        var panel = context.Render<PreviewPanel>(parameters => parameters.Add(one => one.Task, task));
        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll(".strip .token-trained")));
        var asText = panel.Find(".strip").TextContent;
        panel.Render(parameters => parameters.Add(one => one.Task, task with { Kind = TaskKinds.HeadClassification }));
        // A head reads the prompt; its answer is no token.
        panel.WaitForAssertion(() => Assert.NotEqual(asText, panel.Find(".strip").TextContent));
        Assert.Contains("The head shall answer", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_IsKeptAsANewVersion_WhenItsTemplateIsEdited()
    {
        var task = await host.TaskAsync("edited", await host.ImportAsync("for an edit", Csv(33)));
        await using var context = host.Open($"/data/tasks/{task.Item.Id}");
        var page = DataPageHost.Render<TasksPage>(context, (nameof(TasksPage.Id), task.Item.Id));
        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".token-trained"), token => token.TextContent.Trim().Length > 0));
        Assert.Empty(page.FindAll("[data-field='keep-version']"));

        await page.TypeAsync("[data-field='task-prompt']", "Is it even? {nothing}");
        page.WaitForAssertion(() => Assert.Contains("{nothing} at position 13 names no column", page.Find(".preview-faults").TextContent, StringComparison.Ordinal));
        await page.PressAsync("[data-field='keep-version']");
        page.WaitForAssertion(() => Assert.Contains("names no column", page.Find(".task-form").TextContent, StringComparison.Ordinal));

        await page.TypeAsync("[data-field='task-prompt']", "Is it even? {q}");
        page.WaitForAssertion(() => Assert.Contains("even?", string.Concat(page.FindAll(".strip .token-masked").Select(token => token.TextContent)), StringComparison.Ordinal));
        await page.PressAsync("[data-field='keep-version']");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-field='keep-version']")));
        var kept = await host.Tasks.GetAsync(task.Item.Id, cancellation: Cancellation);
        Assert.Equal((2, "Is it even? {q}"), (kept.Version.Number, kept.Task.Template.Prompt));
    }

    [Fact]
    public async Task Task_WarnsOfHeldOutExamples_ThatAreTrainedOn()
    {
        var same = "q,a\n" + string.Concat(Enumerable.Repeat("what is it,even\n", 40)) + string.Concat(Enumerable.Range(0, 40).Select(i => $"what is {i},odd\n"));
        var task = await host.TaskAsync("shared", await host.ImportAsync("shared rows", same));
        await using var context = host.Open($"/data/tasks/{task.Item.Id}");
        var page = DataPageHost.Render<TasksPage>(context, (nameof(TasksPage.Id), task.Item.Id));
        page.WaitForAssertion(() => Assert.Contains("of 8 test examples", page.Find(".overlap").TextContent, StringComparison.Ordinal));
        Assert.Contains("all with the same answer", page.Find(".overlap").TextContent, StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".overlap-prompt"), cell => cell.TextContent == "what is it");
    }

    [Fact]
    public async Task NewTask_BeginsWithAGuess_AndIsKept()
    {
        var data = await host.ImportAsync("guessed from", Csv(300));
        await using var context = host.Open($"/data/tasks/new?dataset={data.Item.Id}");
        long? made = null;
        var panel = DataPageHost.Render<NewTaskPanel>(context, (nameof(NewTaskPanel.Made), EventCallback.Factory.Create<long>(this, id => made = id)));
        panel.WaitForAssertion(() => Assert.Contains("{a}", panel.Find("[data-field='task-answer']").GetAttribute("value") ?? panel.Find("[data-field='task-answer']").TextContent, StringComparison.Ordinal));
        panel.WaitForAssertion(() => Assert.Contains("Every example fits", panel.Markup, StringComparison.Ordinal));
        await panel.PressAsync("[data-field='keep-task']");
        panel.WaitForAssertion(() => Assert.NotNull(made));
        Assert.Equal(data.Version.Hash, (await host.Tasks.GetAsync(made!.Value, cancellation: Cancellation)).Task.Data.Dataset);
    }

    [Fact]
    public async Task Mix_TellsWhatEachTaskWillSee_AndMarksRepeats()
    {
        var small = await host.TaskAsync("few", await host.ImportAsync("few rows", Csv(20)));
        var large = await host.TaskAsync("many", await host.ImportAsync("many rows", Csv(2000)));
        var mix = await host.Mixes.CreateAsync("few and many", new MixDefinition { Members = [new() { Task = small.Item.Id, LossWeight = 2 }, new() { Task = large.Item.Id }], Sampler = new("uniform") }, cancellation: Cancellation);
        await using var context = host.Open($"/data/mixes/{mix.Item.Id}");
        var page = DataPageHost.Render<MixesPage>(context, (nameof(MixesPage.Id), mix.Item.Id));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".outlook-table tbody tr").Count));
        var rows = page.FindAll(".outlook-table tbody tr").Select(row => row.TextContent).ToArray();
        Assert.Contains("repeats", rows[0], StringComparison.Ordinal);
        Assert.DoesNotContain("repeats", rows[1], StringComparison.Ordinal);
        Assert.Contains("66.7 %", rows[0], StringComparison.Ordinal); // half of the examples, two thirds of the pull
        Assert.Contains("the policy Fixed", page.Markup, StringComparison.Ordinal);
        Assert.Contains("he smallest task, few, is seen", page.Find(".outlook").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/new?mix={mix.Item.Id}", page.FindAll("a").First(link => link.TextContent.Trim() == "New run with it").GetAttribute("href"));
    }

    [Fact]
    public async Task Model_TellsWhatItIsAndTakes()
    {
        var model = (await host.Models.ListAsync(cancellation: Cancellation)).Items[0];
        await using var context = host.Open($"/data/models/{model.Item.Id}");
        var page = DataPageHost.Render<ModelsPage>(context, (nameof(ModelsPage.Id), model.Item.Id));
        page.WaitForAssertion(() => Assert.Contains("LlamaForCausalLM", page.Find(".facts").TextContent, StringComparison.Ordinal));
        Assert.Contains("Peak memory", page.Markup, StringComparison.Ordinal);
        Assert.Contains("1,024 tokens", page.Find(".facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Item_ThatIsNotThere_IsSaidToBeGone()
    {
        await using var context = host.Open("/data/mixes/999999");
        var page = DataPageHost.Render<MixesPage>(context, (nameof(MixesPage.Id), 999_999L));
        page.WaitForAssertion(() => Assert.Contains("There is no such mix", page.Markup, StringComparison.Ordinal));
    }
}
