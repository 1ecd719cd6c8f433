using System.Text.Json;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>A weighting policy of one's own is in the catalog and in the form, and a broken one is named at the start.</summary>
public sealed class PluginTests(StudioFixture fixture)
{
    private const string Policy = """
        {"name":"norm-balance","title":"Norm balance","summary":"Divides each task's gradient by a power of its norm.","assembly":"mine.dll","type":"Mine.Policy","needs":"gram",
         "parameters":[{"name":"power","type":"number","title":"Power","help":"1: all gradients count with equal length.","default":1,"min":0,"max":1}]}
        """;

    [Fact]
    public async Task Policy_IsChosenInTheForm_WhenItLiesInTheFolderOfPlugIns()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-plugin-");
        try
        {
            Put(folder.FullName, "norm-balance", Policy);
            Put(folder.FullName, "broken", "{ \"name\": ");
            await using var process = await StudioProcess.StartAsync(Path.Combine(folder.FullName, "data"), $"--Studio:Plugins={Path.Combine(folder.FullName, "plugins")}");
            await process.SaysAsync("Plug-in left out: ");
            await using var studio = await fixture.NewPageAsync(address: process.Address);
            var page = studio.Page;

            var answer = await page.APIRequest.GetAsync($"{process.Address}/api/v1/catalog");
            var method = JsonElement.Parse(await answer.TextAsync()).GetProperty("methods").EnumerateArray().Single(method => method.GetProperty("name").GetString() == "norm-balance");
            Assert.Equal("Norm balance", method.GetProperty("title").GetString());

            await studio.GotoAsync("/new?section=weighting");
            await Expect(page.GetByText("Ready: ")).ToBeVisibleAsync();
            await page.Locator("[data-section='weighting'] .mud-select").First.ClickAsync();
            await page.Locator(".mud-popover-open .mud-list-item", new() { HasText = "Norm balance" }).ClickAsync();
            await Expect(page.Locator("[data-section='weighting'] .method-help").First).ToContainTextAsync("Divides each task's gradient");
            var power = page.Locator("[data-field='weighting.options.power']");
            await power.FillAsync("2");
            await power.BlurAsync();
            await Expect(page.GetByText("Power must be 0 to 1 (you gave 2)").First).ToBeVisibleAsync();
            await power.FillAsync("0.5");
            await power.BlurAsync();
            await Expect(page.GetByText("Ready: ")).ToBeVisibleAsync();
            studio.AssertClean();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Put(string folder, string name, string description)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "plugins", name)).FullName;
        File.WriteAllText(Path.Combine(place, "policy.json"), description);
        File.WriteAllText(Path.Combine(place, "mine.dll"), "");
    }
}
