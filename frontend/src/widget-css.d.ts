declare module "*/widget.css" {
  const css: string;
  export default css;
}
