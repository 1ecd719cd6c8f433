using System.Net.Sockets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>The one place where the studio is put together.</summary>
public static class StudioHost
{
    /// <summary>Runs the studio until it is told to end: 0 ended, 1 failed, 2 invalid input (each fault on a line of stderr).</summary>
    public static int Run(string[] args)
    {
        try
        {
            using var app = Build(args);
            return RunAsync(app).GetAwaiter().GetResult();
        }
        catch (InvalidInputException fault)
        {
            foreach (var error in fault.Errors) Console.Error.WriteLine(error);
            return ExitCodes.InvalidInput;
        }
    }

    /// <summary>Reads and checks the options, takes the data folder's lock, and composes the host without starting it.</summary>
    /// <param name="args">As on the command line.</param>
    /// <param name="configure">What a test changes before the host is built.</param>
    /// <exception cref="InvalidInputException">An option, an address or the data folder is unusable.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // appsettings.json and the static assets' manifest lie beside the dll, wherever the studio is started from.
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(StudioHost).Assembly.GetName().Name,
        });
        configure?.Invoke(builder);
        // Outside of Development only this call finds the assets of a build that was not published.
        builder.WebHost.UseStaticWebAssets();

        var options = StudioOptionsReader.Read(builder.Configuration);
        var addresses = ListenAddresses.Read(builder.Configuration, options);
        if (addresses is [ListenAddresses.Default]) builder.WebHost.UseUrls(ListenAddresses.Default);

        var taken = DataFolderLock.Take(new DataFolder(options.DataFolder), TimeProvider.System);
        try
        {
            TakenPorts.Refuse(addresses);
            StudioServices.Add(builder, options, taken);
            var app = builder.Build();
            // Made by the container, so disposed by it; made first, so given back last.
            app.Services.GetRequiredService<DataFolderLock>();
            StudioPipeline.Use(app);
            return app;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static async Task<int> RunAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            await Console.Error.WriteLineAsync($"urls: {fault.Message.TrimEnd('.')}: choose another address or port with --urls http://127.0.0.1:PORT (0 takes a free one)");
            return ExitCodes.Failed;
        }
        StartupReport.Write(app, Console.Out);
        await app.WaitForShutdownAsync();
        return ExitCodes.Done;
    }
}
