using System.Net;
using System.Net.Sockets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Tests.Hosting;

public sealed class StudioHostTests
{
    [Fact]
    public async Task Page_CarriesThePolicyOnce_AndIsNotFramed()
    {
        await using var studio = await TestStudio.StartAsync();
        using var answer = await studio.Client.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(SecurityHeaders.ContentSecurityPolicy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(answer.Headers.Contains("Server"));
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)", html);
        Assert.DoesNotMatch(@"\son[a-z]+=", html);
    }

    [Theory]
    [InlineData("/app.css", "text/css")]
    [InlineData("/js/theme.js", "text/javascript")]
    [InlineData("/_content/MudBlazor/MudBlazor.min.css", "text/css")]
    [InlineData("/_content/Plotly.Blazor/plotly-3.7.0.min.js", "text/javascript")]
    [InlineData("/_content/Plotly.Blazor/plotly-basic-3.7.0.min.js", "text/javascript")]
    [InlineData("/_framework/blazor.web.js", "text/javascript")]
    public async Task Asset_IsServedWhole_FromABuildThatWasNotPublished(string path, string type)
    {
        await using var studio = await TestStudio.StartAsync();
        using var answer = await studio.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        Assert.True((await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length > 100);
    }

    [Theory]
    [InlineData("/../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/..%2fappsettings.json")]
    [InlineData("/js/..%5c..%5cappsettings.json")]
    [InlineData("/appsettings.json")]
    [InlineData("/studio.db")]
    public async Task File_IsNotServed_WhenItIsNoAsset(string path)
    {
        await using var studio = await TestStudio.StartAsync();
        // HttpClient would tidy the path; the studio must stand what a hand-made request asks.
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", new Uri(studio.App.Urls.First()).Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.Matches("^HTTP/1.1 40[04] ", (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!);
    }

    [Fact]
    public async Task Holder_IsAnnounced_WhileTheStudioRuns()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-holder-").FullName;
        try
        {
            await using (var studio = await TestStudio.StartAsync(folder, configure: null))
            {
                using var report = new StringWriter();
                StartupReport.Write(studio.App, report);
                Assert.Contains($"Address      {studio.App.Urls.First()}", report.ToString());
                Assert.Contains($"Data folder  {folder}", report.ToString());
                Assert.Equal(studio.App.Urls, StudioAddressFile.Read(new DataFolder(folder))!.Addresses);
                var fault = await Assert.ThrowsAsync<InvalidInputException>(() => StudioHost.BuildAsync(["--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={folder}"]));
                Assert.Contains($"process {Environment.ProcessId}", fault.Message);
                Assert.Contains(studio.App.Urls.First(), fault.Message);
            }
            Assert.Null(StudioAddressFile.Read(new DataFolder(folder)));
            await using var again = await TestStudio.StartAsync(folder, configure: null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Build_SaysWhatToDo_WhenTheFolderCannotBeMade()
    {
        var file = Path.GetTempFileName();
        try
        {
            var fault = await Assert.ThrowsAsync<InvalidInputException>(() => StudioHost.BuildAsync(["--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={file}/data"]));
            Assert.Contains("--Studio:DataFolder=DIR", fault.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Build_GivesTheFolderBack_WhenThePortIsTaken()
    {
        var folder = Directory.CreateTempSubdirectory("mtlstudio-port-").FullName;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        try
        {
            var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
            var fault = await Assert.ThrowsAsync<InvalidInputException>(() => StudioHost.BuildAsync(["--urls", url, $"--Studio:DataFolder={folder}"]));
            Assert.StartsWith($"urls: {url} is taken", fault.Message);
            await using var studio = await TestStudio.StartAsync(folder, configure: null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
