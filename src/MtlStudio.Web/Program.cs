using MtlStudio.Web.Hosting;

return await StudioHost.RunAsync(args);
