/* A library that is no plug-in: it lacks tess_plugin. */
int no_plugin(void);

int no_plugin(void)
{
  return 0;
}
