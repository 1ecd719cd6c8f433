using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Tests.Hosting;

/// <summary>The whole studio inside the test's process: its own data folder, a free port, Kestrel as in production.</summary>
public sealed class TestStudio : IAsyncDisposable
{
    private readonly bool _ownsFolder;

    private TestStudio(WebApplication app, string folder, bool ownsFolder)
    {
        (App, DataFolder, _ownsFolder) = (app, folder, ownsFolder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }
    public string DataFolder { get; }
    public HttpClient Client { get; }

    public T Service<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public static Task<TestStudio> StartAsync(params string[] arguments) => StartAsync(null, null, arguments);

    /// <param name="folder">An existing data folder, which stays; null: a temporary one.</param>
    /// <param name="configure">What the test changes.</param>
    /// <param name="arguments">More of the command line.</param>
    public static async Task<TestStudio> StartAsync(string? folder, Action<WebApplicationBuilder>? configure, params string[] arguments)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("mtlstudio-web-").FullName;
        var app = await StudioHost.BuildAsync(["--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={data}", "--Studio:SampleStudy=false", "--Studio:QuietStart=0", "--Logging:LogLevel:Default=None", .. arguments], configure);
        await app.StartAsync();
        return new TestStudio(app, data, folder is null);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        if (_ownsFolder) await DeleteAsync(DataFolder);
    }

    // A trainer outlives the studio by design, and may write once more into a folder that is just being deleted.
    private static async Task DeleteAsync(string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                await Task.Delay(200);
            }
        }
    }
}
