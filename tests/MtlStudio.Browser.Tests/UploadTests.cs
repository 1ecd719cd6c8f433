using System.IO.Compression;
using Microsoft.Playwright;
using MtlStudio.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace MtlStudio.Browser.Tests;

/// <summary>Files on their way from a browser: dropped, followed, cancelled; and a model's folder that a run begins from.</summary>
public sealed class UploadTests(StudioFixture fixture)
{
    private static readonly string SampleModel = Path.Combine(Repository.Root, "samples", "model");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DroppedFiles_ShowHowFarTheyAre_AreCancelled_AndDroppedAgain()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        await studio.GotoAsync("/start");
        await Expect(page.Locator(".drop-zone[data-attached] .drop-say")).ToBeVisibleAsync();
        // A line of 1 MB a second: what is sent can be watched.
        var network = await page.Context.NewCDPSessionAsync(page);
        await network.SendAsync("Network.enable");
        await ThrottleAsync(network, 1_000_000);
        await DropAsync(page, "slow.csv", repeats: 400_000);
        await Expect(page.Locator(".drop-progress")).ToContainTextAsync("slow.csv");
        await Expect(page.Locator(".drop-progress")).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"MiB of .* MiB · .*/s · .* left"));
        await Expect(page.Locator(".drop-progress [role=progressbar]")).Not.ToHaveAttributeAsync("aria-valuenow", "0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByText("Sending was cancelled; what had arrived is kept.")).ToBeVisibleAsync();
        await Expect(page.Locator(".drop-progress")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-row]")).ToHaveCountAsync(0);

        await ThrottleAsync(network, -1);
        await DropAsync(page, "dropped.csv", repeats: 40);
        await Expect(page.Locator("[data-row='dropped']").GetByText("Classification", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("upload=[0-9a-f]{32}"));
        studio.AssertClean();
    }

    [Fact]
    public async Task ModelFolder_IsSentFromTheBrowser_AndANewRunBeginsFromIt()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        var folder = Directory.CreateTempSubdirectory("mtl-model-").FullName;
        try
        {
            // The samples' own model under another card is another model.
            await studio.GotoAsync("/data/models");
            await Expect(page.Locator(".browser-row").First).ToBeVisibleAsync();
            foreach (var file in new DirectoryInfo(SampleModel).EnumerateFiles().Where(file => file.Name is "config.json" or "tokenizer.json" or "tokenizer_config.json" || file.Extension == ".safetensors"))
                file.CopyTo(Path.Combine(folder, file.Name));
            await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), "---\nlicense: cc0-1.0\n---\n# Sent from a browser\n", Token);

            await studio.GotoAsync("/data/models/new");
            await page.GetByLabel("Choose a model's folder").SetInputFilesAsync(folder);
            await page.Locator("[data-field='model-name']").FillAsync("sent from a browser");
            await page.Locator("[data-field='send']").ClickAsync();
            await Expect(page.Locator(".item-head h2")).ToHaveTextAsync("sent from a browser");
            await Expect(page.Locator(".facts")).ToContainTextAsync("LlamaForCausalLM");
            await page.GetByRole(AriaRole.Link, new() { Name = "New run from it" }).ClickAsync();
            await Expect(page.GetByText("Ready: ")).ToBeVisibleAsync();
            await Expect(page.Locator("[data-section=model]")).ToContainTextAsync("sent from a browser");
            studio.AssertClean();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ModelZip_IsRefusedWithReasons_ThenSentWhole_AndListed()
    {
        await using var studio = await fixture.NewPageAsync();
        var page = studio.Page;
        var folder = Directory.CreateTempSubdirectory("mtl-model-").FullName;
        try
        {
            await studio.GotoAsync("/data/models");
            await Expect(page.Locator(".browser-row").First).ToBeVisibleAsync();
            var (broken, whole) = (Path.Combine(folder, "broken.zip"), Path.Combine(folder, "zipped-model.zip"));
            Zip(broken, file => file.Extension != ".safetensors");
            Zip(whole, _ => true);

            await studio.GotoAsync("/data/models/new");
            await page.GetByLabel("or choose a zip of it").SetInputFilesAsync(broken);
            await page.Locator("[data-field='send']").ClickAsync();
            await Expect(page.Locator(".sender-faults")).ToContainTextAsync("broken.zip has no *.safetensors file");
            await page.GetByLabel("or choose a zip of it").SetInputFilesAsync(whole);
            await Expect(page.Locator(".sender-faults")).ToHaveCountAsync(0);
            await page.Locator("[data-field='send']").ClickAsync();
            await Expect(page.Locator(".item-head h2")).ToHaveTextAsync("zipped-model");
            await Expect(page.Locator(".facts")).ToContainTextAsync("LlamaForCausalLM");
            studio.Forgive(fault => fault.Contains("400"));
            studio.AssertClean();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // As the system's own press makes it: the folder itself is the first level. Its card differs, so that it is a model of its own.
    private static void Zip(string path, Func<FileInfo, bool> take)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var file in new DirectoryInfo(SampleModel).EnumerateFiles().Where(file => take(file) && file.Name is not ("README.md" or "mtl-model.json"))) archive.CreateEntryFromFile(file.FullName, $"model/{file.Name}");
        using var card = new StreamWriter(archive.CreateEntry("model/README.md").Open());
        card.Write("---\nlicense: cc0-1.0\n---\n# Sent as a zip\n");
    }

    /// <summary>Drops one CSV of that many rows (of about 25 bytes) onto the page.</summary>
    private static Task DropAsync(IPage page, string name, int repeats) => page.Locator(".drop-zone").EvaluateAsync("""
        (zone, [name, rows]) => {
          let text = "text,label\n";
          for (let i = 0; i < rows; i++) text += `Row number ${i} of many,${i % 2 ? "odd" : "even"}\n`;
          const files = new DataTransfer();
          files.items.add(new File([text], name));
          for (const type of ["dragenter", "dragover", "drop"]) zone.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
        }
        """, new object[] { name, repeats });

    private static Task ThrottleAsync(ICDPSession network, long bytesPerSecond) => network.SendAsync("Network.emulateNetworkConditions",
        new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = bytesPerSecond });
}
